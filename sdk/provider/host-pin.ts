/** Which key a host is dialled with: what the program says, unless the machine has made one of its own since. Pure but for its memory. */
import { fingerprintOf, parseHostKey } from "../engine/connection/host-key";
import { DrayageError } from "../spec/drayage-error";
import { isUnknown } from "../spec/unknown";
import { textOf } from "./common-inputs";
import type { PlainRecord } from "./plain";

export type HostPin =
  /** As the program says, or known_hosts. */
  | { readonly kind: "written" }
  /** The machine's own key. */
  | { readonly kind: "own"; readonly hostKey: string }
  /** The machine is to be met for the first time, by the key that it was given. */
  | { readonly kind: "first contact"; readonly injected: string };

/** Outputs of a host that has made a key of its own. `spentKeys`: fingerprints of the keys it was given, which nobody trusts any more. */
export interface OwnKeyOutputs {
  readonly hostKey: string;
  readonly spentKeys: readonly string[];
}

export class HostPins {
  /** Spent key → the key that took its place: a replacement of the resource has no state to learn it from. */
  private readonly successors = new Map<string, OwnKeyOutputs>();

  /** Whatever the state says of a host passes here. */
  saw(outputs: PlainRecord): void {
    const own = ownKeyOf(outputs);
    for (const spent of own?.spentKeys ?? []) this.successors.set(spent, own as OwnKeyOutputs);
  }

  /** @throws HOST_KEY_CHANGED where a given key would have to be trusted a second time */
  of(name: string, inputs: PlainRecord, olds: PlainRecord): HostPin {
    const injected = textOf(inputs.injected);
    if (injected === "") return { kind: "written" };
    if (isUnknown(injected)) return { kind: "first contact", injected };
    const fingerprint = fingerprintOfText(injected);
    const recorded = ownKeyOf(olds) ?? this.successors.get(fingerprint);
    const rebuilt = textOf(inputs.rebuilt) !== "" && textOf(inputs.rebuilt) === textOf(olds.machineId);
    if (recorded === undefined || (rebuilt && !recorded.spentKeys.includes(fingerprint)))
      return { kind: "first contact", injected };
    if (rebuilt) throw spentTwice(name, fingerprint);
    return { kind: "own", hostKey: recorded.hostKey };
  }

  /** What the outputs say of keys beside the one that was verified. */
  outputsFor(pin: HostPin, inputs: PlainRecord, olds: PlainRecord): { readonly spentKeys?: readonly string[] } {
    const before = ownKeyOf(olds)?.spentKeys ?? [];
    if (pin.kind === "written") return {};
    const fingerprint = fingerprintOfText(textOf(inputs.injected));
    const spent = pin.kind === "first contact" ? [...before, fingerprint] : before;
    const known = this.successors.get(fingerprint)?.spentKeys;
    return { spentKeys: [...new Set([...spent, ...(known ?? [])])] };
  }
}

/** Of a public key as it is written. */
export function fingerprintOfText(publicKey: string): string {
  const key = parseHostKey(publicKey);
  return key === undefined ? publicKey : fingerprintOf(key);
}

function ownKeyOf({ hostKey, spentKeys }: PlainRecord): OwnKeyOutputs | undefined {
  if (!Array.isArray(spentKeys) || spentKeys.length === 0 || textOf(hostKey) === "") return undefined;
  return { hostKey: textOf(hostKey), spentKeys: spentKeys.map(String) };
}

const spentTwice = (name: string, fingerprint: string): DrayageError =>
  new DrayageError(
    "HOST_KEY_CHANGED",
    `the machine is to be a new one, but the key ${fingerprint} was given to the old one and has been in its user data`,
    { subject: name, hint: "Give the new machine a HostKey of its own: another name for it in the program." },
  );
