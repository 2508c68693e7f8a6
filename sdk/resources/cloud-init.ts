import { all, type Output, output, secret } from "@pulumi/pulumi";
import { type CloudInitInput, cloudInitText, normaliseCloudInit } from "../spec/cloud-init";
import { DrayageError, type Problem } from "../spec/drayage-error";
import { type HostKey, isHostKey } from "./host-key";
import type { InputLeaves } from "./input-leaves";
import { knownPart } from "./known-part";
import { reportProblems } from "./program-problems";

export interface CloudInitArgs extends InputLeaves<CloudInitInput> {
  /** The key that the machine shows at its first contact; the one that its Host is given. */
  readonly hostKey: HostKey;
}

/**
 * User data for a machine of any cloud that runs cloud-init: a host key and a login, nothing else. A secret, since it holds the private
 * half of the key. It is read at the first boot only, so write `ignoreChanges` for the property that takes it: a cloud would stop or
 * replace a machine whose user data changed.
 *
 * @example
 * const userData = cloudInit({ hostKey: key, user: "deploy", authorizedKeys: ["ssh-ed25519 AAAA… you@laptop"] });
 */
export function cloudInit({ hostKey, ...args }: CloudInitArgs): Output<string> {
  const known = normaliseCloudInit(knownPart(args), { allowUnknown: true });
  const wrongKey = isHostKey(hostKey) ? [] : [{ path: "hostKey", reason: "must be a HostKey" }];
  const problems = [...wrongKey, ...("problems" in known ? known.problems : [])];
  void reportProblems("cloudInit", problems);
  // The key carries the problems of its program, and is not made while there are any; what comes later is told here.
  if (wrongKey.length > 0) return output(Promise.reject(refused(problems)));
  const { privateKey, publicKey } = hostKey;
  return secret(
    all([privateKey, publicKey, output(args)]).apply(([privateHalf, publicHalf, values]) => {
      const read = normaliseCloudInit(values);
      if ("problems" in read) throw refused(read.problems);
      const text = cloudInitText({ privateKey: privateHalf, publicKey: publicHalf }, read.spec);
      if (typeof text !== "string") throw refused([text.problem]);
      return text;
    }),
  );
}

const refused = (problems: readonly Problem[]): DrayageError =>
  new DrayageError("INVALID_PROGRAM", problems.map(({ path, reason }) => `${path}: ${reason}`).join("\n"), {
    subject: "cloudInit",
  });
