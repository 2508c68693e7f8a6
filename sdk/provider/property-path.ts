/** Where something is inside a resource's properties, in Pulumi's text form: `services.api.secrets["a.b"][0]`. */
import { isRecord, type Plain } from "./plain";

export type PropertyPath = readonly (string | number)[];

export function formatPath(path: PropertyPath): string {
  return path
    .map((step, i) => {
      if (typeof step === "number") return `[${step}]`;
      if (!/^[A-Za-z_$][\w$-]*$/.test(step)) return `[${JSON.stringify(step)}]`;
      return i === 0 ? step : `.${step}`;
    })
    .join("");
}

/** Reads what formatPath writes. */
export function parsePath(text: string): PropertyPath {
  const steps: (string | number)[] = [];
  const step = /\.?([^.[\]]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/gy;
  for (let match = step.exec(text); match !== null; match = step.exec(text)) {
    if (match[1] !== undefined) steps.push(match[1]);
    else if (match[2] !== undefined) steps.push(Number(match[2]));
    else steps.push(JSON.parse(`"${match[3]}"`) as string);
  }
  return steps;
}

export function valueAt(value: Plain | undefined, path: PropertyPath): Plain | undefined {
  let here: Plain | undefined = value;
  for (const step of path) {
    if (Array.isArray(here) && typeof step === "number") here = here[step] as Plain | undefined;
    else if (isRecord(here)) here = here[String(step)];
    else return undefined;
  }
  return here;
}
