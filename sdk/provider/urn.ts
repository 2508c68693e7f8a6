/** `urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>`; the name may itself hold `::`. */
export interface Urn {
  readonly stack: string;
  readonly project: string;
  /** The leaf type, without its parents' types. */
  readonly type: string;
  readonly name: string;
}

export function parseUrn(urn: string): Urn {
  const [stack = "", project = "", types = "", ...name] = urn.replace(/^urn:pulumi:/, "").split("::");
  return { stack, project, type: types.slice(types.lastIndexOf("$") + 1), name: name.join("::") };
}
