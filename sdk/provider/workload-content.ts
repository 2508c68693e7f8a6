/** What a workload consists of, out of its inputs, for whoever acts on it. */
import type { SecretReader } from "../engine/secret/open-secret-reader";
import { DrayageError } from "../spec/drayage-error";
import { DEFAULT_SUBNETS } from "../spec/network";
import type { NormalisedWorkload } from "../spec/normalise-workload";
import { textOf } from "./common-inputs";
import type { WorkloadApplied, WorkloadContent } from "./engine-doors";
import type { PlainRecord } from "./plain";
import type { CreateRequest, UpdateRequest } from "./resource-handler";
import { readContent } from "./workload-inputs";
import { describeMissing, type KnownSecrets, readReferences, refuseMissing } from "./workload-secrets";
import type { WorkloadState } from "./workload-state";

type Content = Extract<NormalisedWorkload, { spec: unknown }>;
type Request = CreateRequest | UpdateRequest;
type Reader = Pick<SecretReader, "read">;

interface Around {
  readonly secretKey: string;
  readonly state: WorkloadState | undefined;
}

/** @throws INVALID_PROGRAM */
export function contentOf(inputs: PlainRecord): Content {
  const content = readContent(inputs);
  if ("spec" in content) return content;
  const [first] = content.problems;
  throw new DrayageError("INVALID_PROGRAM", `${first?.path ?? ""}: ${first?.reason ?? ""}`, { subject: textOf(inputs.name) });
}

/** What another version wrote and this one cannot read must still be removable: volumes are kept unless the host's record says otherwise. */
export function contentToRemove(inputs: PlainRecord): WorkloadContent {
  const content = readContent(inputs);
  if ("spec" in content) return { spec: content.spec, secrets: content.secrets };
  return { spec: { name: textOf(inputs.name), services: {}, volumes: {}, networks: {}, subnets: DEFAULT_SUBNETS }, secrets: {} };
}

/** @throws SECRET_MISSING in an apply: nothing of the workload has been changed yet. A preview tells it and goes on. */
export async function knownSecrets(reader: Reader, request: Request, { secretKey, state }: Around): Promise<KnownSecrets> {
  const { news, preview, name, report } = request;
  const around = { base: textOf(news.programDir), secretKey, before: state?.secretVersions ?? {} };
  const known = await readReferences(reader, contentOf(news), around);
  if (!preview) refuseMissing(known.missing, name);
  // Of what exists, Read has said it.
  if (state === undefined) for (const one of known.missing) report.say("warning", describeMissing(one));
  return known;
}

/** What a move carries: what ran. A value that is not where it was any more is taken from where it is now. */
export async function runningContent(
  reader: Reader,
  request: Request,
  { secretKey, state, known, moves }: Around & { readonly known: KnownSecrets; readonly moves: boolean },
): Promise<WorkloadContent | undefined> {
  const old = "oldInputs" in request ? readContent(request.oldInputs) : undefined;
  if (old === undefined || "problems" in old) return undefined;
  const around = { base: textOf(request.news.programDir), secretKey, before: state?.secretVersions ?? {} };
  const { secrets, secretMarks, missing } = await readReferences(reader, old, around);
  const lost = missing.filter(({ service, secret }) => known.secrets[service]?.[secret] === undefined);
  if (moves && !request.preview) refuseMissing(lost, request.name);
  const services = Object.keys(old.spec.services);
  const values = services.map((service) => [service, { ...known.secrets[service], ...secrets[service] }] as const);
  return { spec: old.spec, secrets: Object.fromEntries(values), secretMarks };
}

/** What the state keeps after an apply: what did not come about is still to be told as a change. */
export function versionsAfter({ failure }: WorkloadApplied, { versions }: KnownSecrets, state: WorkloadState | undefined) {
  const now = failure === undefined ? versions : (state?.secretVersions ?? {});
  return Object.keys(now).length === 0 ? {} : { secretVersions: now };
}
