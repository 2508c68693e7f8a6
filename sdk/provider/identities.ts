/**
 * Who a resource is, over all the calls of a process. Minted once from the stack, the type and the name; copied from then on, so
 * that renames, aliases and moves keep it.
 */
import type { Problem } from "../spec/drayage-error";
import { mintIdentity } from "../spec/identity";
import { parseUrn } from "./urn";

export interface IdentityQuestion {
  readonly urn: string;
  readonly stackUid: string;
  /** Of the stored inputs; undefined for a new resource, and for a replacement, whose Check gets no olds. */
  readonly stored: string | undefined;
  /** Names that the resource's aliases say it had. */
  readonly formerNames: readonly string[];
}

export interface Identities {
  /** What Check stores. */
  take(question: IdentityQuestion): { readonly identity: string } | { readonly problem: Problem };
  /** What Read and Diff see in the state: the only trace of it that a replacement's Check has. */
  saw(urn: string, identity: string): void;
  /** All that were taken or seen. */
  known(): ReadonlySet<string>;
}

export function createIdentities(): Identities {
  const seen = new Map<string, string>();
  const claims = new Map<string, string>();

  const seenUnder = (urn: string, name: string): string | undefined => {
    const { type } = parseUrn(urn);
    const entry = [...seen].find(([other]) => parseUrn(other).type === type && parseUrn(other).name === name);
    return entry?.[1];
  };
  return {
    take({ urn, stackUid, stored, formerNames }) {
      const { type, name } = parseUrn(urn);
      const former = formerNames.map((one) => seenUnder(urn, one)).find((one) => one !== undefined);
      const identity = stored ?? seen.get(urn) ?? former ?? mintIdentity(stackUid, type, name);
      const claimant = claims.get(identity);
      if (claimant !== undefined && claimant !== urn) return { problem: taken(claimant) };
      claims.set(identity, urn);
      seen.set(urn, identity);
      return { identity };
    },
    saw: (urn, identity) => void seen.set(urn, identity),
    known: () => new Set([...claims.keys(), ...seen.values()]),
  };
}

const taken = (urn: string): Problem => ({
  path: "",
  reason: `has the identity of ${urn}: two resources of one type and name are one to a host, whatever their parents; rename this one`,
});
