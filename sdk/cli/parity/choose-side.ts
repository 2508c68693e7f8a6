/** What a person means by one side of a comparison: `rack`, `staging`, `rack/shop`, `before.json`, `host:rack`. Pure. */
import { DrayageError } from "../../spec/drayage-error";

export type Side =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "host" | "stack"; readonly name: string; readonly workload?: string };

export interface KnownNames {
  /** Of the chosen stack. */
  readonly hosts: readonly string[];
  /** Of the program. */
  readonly stacks: readonly string[];
  readonly isFile: (path: string) => boolean;
}

/** @throws USAGE when it could be two things, NOT_FOUND when it is none */
export function chooseSide(text: string, known: KnownNames): Side {
  const said = /^(host|stack|file):(.+)$/.exec(text);
  const [, kind, rest = text] = said ?? [];
  if (kind === "file" || (kind === undefined && known.isFile(text))) return { kind: "file", path: rest };
  const slash = rest.indexOf("/");
  const name = slash < 0 ? rest : rest.slice(0, slash);
  const workload = slash < 0 ? {} : { workload: rest.slice(slash + 1) };
  const isHost = known.hosts.includes(name) && kind !== "stack";
  const isStack = known.stacks.includes(name) && kind !== "host";
  if (isHost && isStack) {
    throw new DrayageError("USAGE", `${JSON.stringify(name)} is a host and a stack.`, {
      hint: `Say which: host:${rest} or stack:${rest}`,
    });
  }
  if (isHost || isStack) return { kind: isHost ? "host" : "stack", name, ...workload };
  throw new DrayageError("NOT_FOUND", `${JSON.stringify(text)} is no host of the stack, no stack of the program and no file.`, {
    hint: `Hosts: ${listed(known.hosts)}. Stacks: ${listed(known.stacks)}. \`dray receipt > FILE\` writes a file.`,
  });
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "none" : [...names].sort().join(", ");
}
