/** How every child of a component is made: under its name, with our tags, after the program's mistakes were told, as a transform says. */
import { type CustomResourceOptions, getProject, getStack, type Input, type Output, type Resource } from "@pulumi/pulumi";
import { LostPart, lostPartType } from "../../sdk/resources/lost-part";
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

export function child<A extends object, R extends Resource>(scope: Scope, make: Maker<A, R>, wanted: Child<A>): R {
  const { name, args, options } = adjusted(scope, wanted);
  return new make(name, args, options);
}

/**
 * The same for what is made only where it is not lost; a transform is called in any case, in the turn of the program that constructs it.
 * `lost` must be known in previews: what they do not know they do not show.
 */
export function childUnlessLost<A extends object, R extends Resource>(
  scope: Scope,
  { type, make }: { readonly type: string; readonly make: Maker<A, R> },
  wanted: Child<A>,
  lost: Output<{ readonly says?: string } | undefined>,
): Output<R | LostPart> {
  const { name, args, options } = adjusted(scope, wanted);
  return lost.apply((gone): R | LostPart => {
    if (gone === undefined) return new make(name, args, { ...options, aliases: [{ type: lostPartType }] });
    const { parent, protect = false, dependsOn } = options;
    return new LostPart(name, { type, machine: scope.name, ...gone }, { parent, protect, dependsOn });
  }) as Output<R | LostPart>;
}

/** As a transform wants it. */
function adjusted<A extends object>(scope: Scope, { key, ...wanted }: Child<A>) {
  const name = `${scope.name}-${key}`;
  const args = { ...wanted.args };
  const options: CustomResourceOptions = { ...wanted.options };
  wanted.transform?.(args, options, name);
  const dependsOn = [...listed(options.dependsOn), scope.after] as Input<Resource>[];
  return { name, args, options: { parent: scope.parent, ...options, dependsOn } };
}

/** The same for what takes tags. */
export function taggedChild<A extends { tags?: Input<Record<string, Input<string>> | undefined> }, R extends Resource>(
  scope: Scope,
  make: Maker<A, R>,
  wanted: Child<A>,
): R {
  return child(scope, make, tagged(scope, wanted));
}

export const tagged = <A extends object>(scope: Scope, { args, ...wanted }: Child<A>): Child<A> => ({
  ...wanted,
  args: { ...args, tags: tagsOf(scope, `${scope.name}-${wanted.key}`) },
});

const listed = (dependsOn: CustomResourceOptions["dependsOn"]): unknown[] => (dependsOn === undefined ? [] : [dependsOn].flat());
