/** What a program declares to differ, with the values of one stack: the inputs of its Environment in the state. Pure. */
import { type DifferenceKind, differenceKinds } from "../../spec/differences";

/** By kind and name. */
export type Declared = Readonly<Record<DifferenceKind, Readonly<Record<string, unknown>>>>;

export function readDeclared(inputs: Readonly<Record<string, unknown>> | undefined): Declared | undefined {
  if (inputs === undefined) return undefined;
  return Object.fromEntries(differenceKinds.map((kind) => [kind, recordOf(inputs[kind])])) as Declared;
}

/** What both declare, with both values. */
export interface DeclaredPair {
  readonly kind: DifferenceKind;
  readonly name: string;
  readonly a: unknown;
  readonly b: unknown;
}

export function declaredPairs(a: Declared | undefined, b: Declared | undefined): DeclaredPair[] {
  if (a === undefined || b === undefined) return [];
  return differenceKinds.flatMap((kind) =>
    Object.keys(a[kind]).flatMap((name) => {
      const other = b[kind];
      return Object.hasOwn(other, name) ? [{ kind, name, a: a[kind][name], b: other[name] }] : [];
    }),
  );
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
