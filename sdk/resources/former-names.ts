import { type CustomResourceOptions, Output } from "@pulumi/pulumi";

/** Names that the resource had before, of its aliases: a replacement of something renamed must find what it replaces. */
export function formerNames(options: CustomResourceOptions | undefined): { formerNames?: string[] } {
  const names = (options?.aliases ?? []).flatMap((alias) => {
    if (typeof alias === "string") return alias.split("::").slice(3).join("::") || [];
    if (Output.isInstance(alias) || alias instanceof Promise) return [];
    return "name" in alias && typeof alias.name === "string" ? alias.name : [];
  });
  return names.length === 0 ? {} : { formerNames: names };
}
