/** A call's input against AWS's model: each mistake with its path. Pure. */
import type { ApiModel, Shape } from "./api-model";

export function inputMistakes(model: ApiModel, operation: string, input: unknown): string[] {
  const sides = model.operations[operation];
  if (sides === undefined) return [`${operation}: botocore ${model.botocore} is not known to have it (run extract.py)`];
  if (sides.input === undefined) return [];
  return mistakes(model, sides.input, input, operation);
}

function mistakes(model: ApiModel, name: string, value: unknown, path: string): string[] {
  const shape = model.shapes[name];
  if (shape === undefined) return [`${path}: the extract lacks the shape ${name}`];
  if (!hasType(shape, value)) return [`${path}: ${describe(value)} is no ${shape.type}`];
  switch (shape.type) {
    case "structure":
      return structureMistakes(model, shape, value as Record<string, unknown>, path);
    case "list":
      return [
        ...sizeMistakes(shape, (value as unknown[]).length, path),
        ...(value as unknown[]).flatMap((item, i) => mistakes(model, shape.member ?? "", item, `${path}[${i}]`)),
      ];
    case "map":
      return Object.entries(value as object).flatMap(([key, item]) => mistakes(model, shape.value ?? "", item, `${path}.${key}`));
    case "string":
      return textMistakes(shape, value as string, path);
    case "integer":
    case "long":
      return sizeMistakes(shape, value as number, path);
    default:
      return [];
  }
}

function structureMistakes(model: ApiModel, shape: Shape, value: Record<string, unknown>, path: string): string[] {
  const given = Object.entries(value).filter(([, item]) => item !== undefined);
  const missing = (shape.required ?? []).filter((name) => value[name] === undefined);
  return [
    ...missing.map((name) => `${path}.${name}: required`),
    ...given.flatMap(([name, item]) => {
      const member = shape.members?.[name];
      return member === undefined ? [`${path}.${name}: no such parameter`] : mistakes(model, member, item, `${path}.${name}`);
    }),
  ];
}

function textMistakes(shape: Shape, value: string, path: string): string[] {
  if (shape.enum !== undefined && !shape.enum.includes(value)) return [`${path}: "${value}" is none of ${someOf(shape.enum)}`];
  if (shape.pattern !== undefined && !matches(shape.pattern, value)) return [`${path}: does not match ${shape.pattern}`];
  return sizeMistakes(shape, value.length, path);
}

function sizeMistakes({ min, max }: Shape, size: number, path: string): string[] {
  if (min !== undefined && size < min) return [`${path}: ${size}, at least ${min} is wanted`];
  return max !== undefined && size > max ? [`${path}: ${size}, at most ${max} is allowed`] : [];
}

function hasType({ type }: Shape, value: unknown): boolean {
  switch (type) {
    case "structure":
    case "map":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "list":
      return Array.isArray(value);
    case "integer":
    case "long":
      return Number.isInteger(value);
    case "float":
    case "double":
      return typeof value === "number";
    case "blob":
      return value instanceof Uint8Array || typeof value === "string";
    case "timestamp":
      return value instanceof Date;
    default:
      return typeof value === type;
  }
}

/** Java's patterns, a few of which are none in JavaScript. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, "u").test(value);
  } catch {
    return true;
  }
}

const someOf = (names: readonly string[]) => (names.length > 12 ? `${names.length} known values` : names.join(", "));
const describe = (value: unknown) =>
  Array.isArray(value) ? "a list" : value === null ? "null" : `${typeof value} ${String(value)}`;
