import type { Problem } from "./drayage-error";

/** Where in the input a reader stands. It collects every problem under its property path; reading goes on after one. */
export class Place {
  private constructor(
    readonly path: string,
    readonly allowUnknown: boolean,
    private readonly secret: boolean,
    private readonly problems: Problem[],
  ) {}

  static root(problems: Problem[], options: { allowUnknown?: boolean | undefined } = {}): Place {
    return new Place("", options.allowUnknown ?? false, false, problems);
  }

  /** The same input under its key, `services.api` or `secrets["spring.datasource.password"]`. */
  key(name: string): Place {
    const simple = /^[A-Za-z_$][\w$-]*$/.test(name);
    const step = simple ? (this.path === "" ? name : `.${name}`) : `[${JSON.stringify(name)}]`;
    return this.at(`${this.path}${step}`);
  }

  index(position: number): Place {
    return this.at(`${this.path}[${position}]`);
  }

  /** From here on no value is shown: it may be a secret. */
  hidden(): Place {
    return new Place(this.path, this.allowUnknown, true, this.problems);
  }

  /** Yields undefined, so that a reader can `return place.problem(…)`. */
  problem(reason: string): undefined {
    this.problems.push({ path: this.path, reason });
  }

  expected(expectation: string, value: unknown): undefined {
    return this.problem(`expected ${expectation}, got ${this.secret ? kindOf(value) : show(value)}`);
  }

  private at(path: string): Place {
    return new Place(path, this.allowUnknown, this.secret, this.problems);
  }
}

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return kindOf(value);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return `a ${typeof value}`;
}
