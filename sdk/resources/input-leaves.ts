import type { Input } from "@pulumi/pulumi";

type Primitive = string | number | boolean | undefined | null;

/**
 * A plain shape whose leaves may be Outputs, and only its leaves: an Output of a whole record would make all of it secret or
 * unknown at once, and nothing of it could be checked before it runs.
 */
export type InputLeaves<T> = Leaf<Extract<T, Primitive>> | Branch<Exclude<T, Primitive>>;

/** Not distributive: an Output<boolean> is no Output<true> | Output<false>. */
type Leaf<T> = [T] extends [never] ? never : T | Input<NonNullable<T>>;
type Branch<T> = T extends readonly (infer Item)[]
  ? readonly InputLeaves<Item>[]
  : T extends object
    ? { [K in keyof T]: InputLeaves<T[K]> }
    : never;
