/** What goes wrong at AWS, by script. Nothing does unless it is asked for. */
import { createVisibility, type Visibility } from "./visibility";
import { type ApiRequest, errorAnswer, type Refusal, throttled, type WireAnswer } from "./wire";

export interface Faults {
  /** Of each `every` requests one is told to slow down. */
  throttle(options: { readonly every: number }): void;
  /** What is made from now on is unknown to the first `calls` calls that mention it. */
  hideNew(options: { readonly calls: number }): void;
  /** The next `times` calls of the operation fail. */
  fail(fault: Fault): void;
  /** How many calls got which fault: `RequestLimitExceeded` → 12. */
  told(): Readonly<Record<string, number>>;
  clear(): void;
}

export interface Fault extends Refusal {
  readonly operation: string;
  readonly times: number;
}

/** `The type of machine is sold out in this zone`, as EC2 says it. */
export const noCapacity: Fault = {
  operation: "RunInstances",
  times: 1,
  status: 500,
  code: "InsufficientInstanceCapacity",
  message: "We currently do not have sufficient t3.small capacity in the Availability Zone you requested.",
};

export interface FaultScript extends Faults {
  /** What the call gets in place of an answer; undefined: it goes on to moto. */
  verdict(request: ApiRequest): WireAnswer | undefined;
  answered(request: ApiRequest, body: string): void;
}

export function createFaults(): FaultScript {
  let every = 0;
  let requests = 0;
  let visibility: Visibility | undefined;
  const planned: { fault: Fault; left: number }[] = [];
  const counts: Record<string, number> = {};

  const refused = (request: ApiRequest): Refusal | WireAnswer | undefined => {
    requests += 1;
    if (every > 0 && requests % every === 0) return throttled(request);
    const next = planned.find(({ fault, left }) => left > 0 && fault.operation === request.operation);
    if (next !== undefined) {
      next.left -= 1;
      return next.fault;
    }
    return visibility?.refusal(request);
  };
  return {
    throttle: (options) => {
      every = options.every;
    },
    hideNew: ({ calls }) => {
      visibility = createVisibility(calls);
    },
    fail: (fault) => void planned.push({ fault, left: fault.times }),
    told: () => counts,
    clear() {
      [every, visibility] = [0, undefined];
      planned.length = 0;
      for (const code of Object.keys(counts)) delete counts[code];
    },
    verdict(request) {
      const refusal = refused(request);
      if (refusal === undefined) return undefined;
      const name = "code" in refusal ? refusal.code : "nothing found";
      counts[name] = (counts[name] ?? 0) + 1;
      return "code" in refusal ? errorAnswer(request, refusal) : refusal;
    },
    answered: (request, body) => visibility?.answered(request, body),
  };
}
