/** What the program says of a host, out of the resource's inputs. */
import { DrayageError } from "../spec/drayage-error";
import { type HostConnection, type NormalisedHost, normaliseHost, normaliseLocalHost } from "../spec/host";
import type { PlainRecord } from "./plain";

/** Only what a person wrote: the classes' own words are no host arguments. `injected`: public half of a HostKey. */
export function hostArguments({
  name: _n,
  stackUid: _s,
  programDir: _p,
  problems: _q,
  formerNames: _f,
  injected: _i,
  drift: _d,
  ...written
}: PlainRecord): PlainRecord {
  return written;
}

export function readHostInputs(inputs: PlainRecord, kind: "ssh" | "local"): NormalisedHost {
  const normalise = kind === "ssh" ? normaliseHost : normaliseLocalHost;
  return normalise(hostArguments(inputs), { allowUnknown: true });
}

/** @throws INVALID_PROGRAM for what another version wrote */
export function connectionOf(inputs: PlainRecord, kind: "ssh" | "local" = "ssh"): HostConnection {
  const normalised = readHostInputs(inputs, kind);
  if ("connection" in normalised) return normalised.connection;
  throw new DrayageError("INVALID_PROGRAM", normalised.problems.map((it) => it.reason).join("; "));
}
