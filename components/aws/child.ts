/** How every child of a component is made: under its name, with our tags, after the program's mistakes were told, as a transform says. */
import { type CustomResourceOptions, getProject, getStack, type Input, type Resource } from "@pulumi/pulumi";
import type { Transform } from "./transforms";

export interface Scope {
  /** The component's name, with which every child's begins. */
  readonly name: string;
  readonly parent: Resource;
  /** What must be there before anything at AWS: nothing is made while the program has mistakes. */
  readonly after: Input<Input<Resource>[]>;
  readonly tags: Readonly<Record<string, Input<string>>> | undefined;
}

/** `Name`, and by what else our things are found: project, stack and the component that made them. */
export function tagsOf({ name, tags }: Pick<Scope, "name" | "tags">, child: string): Record<string, Input<string>> {
  const own = { "drayage:project": getProject(), "drayage:stack": getStack(), "drayage:host": name };
  return { Name: child, ...tags, ...own };
}

type Maker<A, R> = new (name: string, args: A, options: CustomResourceOptions) => R;

export interface Child<A> {
  /** `cloud` and this make its name, `cloud-vpc`. */
  readonly key: string;
  readonly args: A;
  readonly options?: CustomResourceOptions;
  readonly transform?: Transform<A> | undefined;
}

export function child<A extends object, R extends Resource>(scope: Scope, make: Maker<A, R>, { key, ...wanted }: Child<A>): R {
  const name = `${scope.name}-${key}`;
  const args = { ...wanted.args };
  const options: CustomResourceOptions = { ...wanted.options };
  wanted.transform?.(args, options, name);
  const dependsOn = [...listed(options.dependsOn), scope.after] as Input<Resource>[];
  return new make(name, args, { parent: scope.parent, ...options, dependsOn });
}

/** The same for what takes tags. */
export function taggedChild<A extends { tags?: Input<Record<string, Input<string>> | undefined> }, R extends Resource>(
  scope: Scope,
  make: Maker<A, R>,
  wanted: Child<A>,
): R {
  const args = { ...wanted.args, tags: tagsOf(scope, `${scope.name}-${wanted.key}`) };
  return child(scope, make, { ...wanted, args });
}

const listed = (dependsOn: CustomResourceOptions["dependsOn"]): unknown[] => (dependsOn === undefined ? [] : [dependsOn].flat());
