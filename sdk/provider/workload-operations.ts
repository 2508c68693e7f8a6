/** Create, Update and Delete of a workload: from inputs and state to one wish, from what came of it to the next state. */
import { randomBytes } from "node:crypto";
import type { Clock } from "../engine/clock";
import type { SecretReader } from "../engine/secret/open-secret-reader";
import { DrayageError } from "../spec/drayage-error";
import type { HostRefSpec } from "../spec/host";
import { mintIncarnation } from "../spec/identity";
import { isUnknown, UNKNOWN } from "../spec/unknown";
import { checkNeeds } from "./check-needs";
import { contextOf, ownerOf, recordOf, textOf } from "./common-inputs";
import type { Hosts, WorkloadApplied, WorkloadDoor, WorkloadWish } from "./engine-doors";
import type { Identities } from "./identities";
import type { PlainRecord } from "./plain";
import type { CreateRequest, DeleteRequest, Updated, UpdateRequest } from "./resource-handler";
import { refuseSecondHome } from "./second-home";
import { contentOf, contentToRemove, knownSecrets, runningContent, versionsAfter } from "./workload-content";
import { namesOf, refsOf, willForward } from "./workload-forwards";
import { readHost, wantedHost } from "./workload-inputs";
import { locksOf } from "./workload-locks";
import { findPlaces, type Places, refNow } from "./workload-places";
import type { KnownSecrets } from "./workload-secrets";
import { nextReceipt, placeOf, readState, stateOutputs, type WorkloadState } from "./workload-state";
import { planUnborn } from "./workload-unborn";

export interface WorkloadHandlerParts {
  readonly hosts: Hosts;
  readonly door: WorkloadDoor;
  readonly identities: Identities;
  /** Reads secrets that are somewhere else. */
  readonly secrets: Pick<SecretReader, "read">;
  readonly clock: Clock;
  /** Told when a workload was removed, so that its former hosts may go. */
  readonly onRemoved?: (identity: string) => void;
  readonly random?: (bytes: number) => Buffer;
}

export class WorkloadOperations {
  private readonly secretKeys = new Map<string, string>();

  constructor(private readonly parts: WorkloadHandlerParts) {}

  /** What the state says of a workload is all that the Check and Create of a replacement may have of it. */
  remember(urn: string, olds: PlainRecord): void {
    const state = readState(olds);
    if (state === undefined) return;
    this.parts.identities.saw(urn, state.identity);
    this.secretKeys.set(state.identity, state.secretKey);
    for (const ref of Object.values(state.placements)) this.parts.hosts.know(ref);
  }

  async create(request: CreateRequest) {
    const id = mintIncarnation(request.name, this.parts.random);
    // With another key the secrets of a replacement would look new, and its containers would be made again.
    const secretKey = this.secretKeys.get(textOf(request.news.identity)) || this.mintKey();
    const { outputs, secretOutputs, error } = await this.bringAbout(request, { id, secretKey, state: undefined });
    return { id, outputs, ...(secretOutputs && { secretOutputs }), ...(error && { error }) };
  }

  update(request: UpdateRequest): Promise<Updated> {
    const state = readState(request.olds);
    const secretKey = state?.secretKey || this.mintKey();
    return this.bringAbout(request, { id: request.id, secretKey, state });
  }

  async wishToRemove(request: DeleteRequest): Promise<WorkloadWish> {
    const { olds, oldInputs, id, reviewed } = request;
    const state = readState(olds);
    const written = readHost(oldInputs);
    const ref = state?.placements[state.placement.host] ?? written;
    if ("problems" in ref) throw new DrayageError("INTERNAL", "the state does not say where it lives", { subject: request.name });
    const target = await this.parts.hosts.open(ref, textOf(oldInputs.programDir));
    const elsewhere = (await this.parts.hosts.opened()).filter((host) => host !== target);
    return {
      ...this.basics(request, oldInputs, id),
      ...contentToRemove(oldInputs),
      secretKey: state?.secretKey ?? "",
      target,
      elsewhere,
      ...(state?.openMove && { lost: state.openMove }),
      ...(reviewed && { reviewed }),
    };
  }

  private mintKey(): string {
    return (this.parts.random ?? randomBytes)(32).toString("hex");
  }

  private async bringAbout(request: CreateRequest | UpdateRequest, { id, secretKey, state }: Known): Promise<Updated> {
    const { news, preview, report } = request;
    const { ref, note } = wantedHost(news, state);
    if (preview && note !== undefined) report.say("info", note);
    const identity = textOf(news.identity);
    const basis = { schemaVersion: 1, identity, ownerId: id, secretKey } as const;
    if (preview && (!isReachable(ref) || this.parts.hosts.awaited.has(ref.name))) {
      await checkNeeds(this.parts.hosts, { ...contentOf(news), ref });
      await planUnborn(this.parts, request, { ref, secretKey, state });
      return { outputs: unknownOutputs(identity, ref) };
    }
    const places = await findPlaces(this.parts, request, ref, state);
    const known = await knownSecrets(this.parts.secrets, request, { secretKey, state });
    const wish = await this.wish(request, places, { id, secretKey, known, state });
    // An interrupted move is ended by its records first: the workload may be standing still.
    const standing = wish.interrupted === undefined && wish.lost === undefined;
    if (standing) await checkNeeds(this.parts.hosts, { ...wish, ref: places.ref, measured: wish.target.measured });
    if (wish.creates) await refuseSecondHome(this.parts, wish);
    if (preview) {
      if (wish.stays !== undefined) report.say("warning", wish.stays.message);
      report.plan(await this.parts.door.preview(wish));
      const placement = { ...placeOf(refNow(places.ref, wish.target)) };
      const forwardedFrom = await willForward(this.parts.door, this.parts.hosts, wish);
      return { outputs: { ...unknownOutputs(identity, places.ref), placement, forwardedFrom } };
    }
    await this.refuseForgottenData(wish, request);
    const applied = await this.parts.door.apply(wish);
    const from = await this.parts.door.forwardedFrom(applied.host, identity);
    const outputs = stateOutputs({
      ...basis,
      ...placed(applied, wish, places.ref, state),
      ...(from.length > 0 && { forwardedFrom: namesOf(from, this.parts.hosts) }),
      ...(from.length > 0 && { formerHosts: refsOf(from, this.parts.hosts, state) }),
      ...versionsAfter(applied, known, state),
      receipt: nextReceipt(state, applied.receipt, wish.spec),
    });
    return { outputs, secretOutputs: [["secretKey"]], ...(applied.failure && { error: applied.failure }) };
  }

  private async wish(
    request: CreateRequest | UpdateRequest,
    { ref: _, ...places }: Places,
    { id, secretKey, known, state }: Known & { readonly known: KnownSecrets },
  ): Promise<WorkloadWish> {
    const { news } = request;
    const locks = locksOf(news);
    const interrupted = places.interrupted !== undefined || places.lost !== undefined;
    const moves = places.source !== undefined || interrupted;
    const running = await runningContent(this.parts.secrets, request, { secretKey, state, known, moves });
    const { secrets, secretMarks } = known;
    const wanted = { spec: contentOf(news).spec, secrets, secretMarks };
    return {
      ...this.basics(request, news, id),
      // Where it cannot go it stays as it was: the edit may be about the other host.
      ...(places.stays === undefined ? wanted : (running ?? wanted)),
      notes: known.rotations,
      secretKey,
      ...places,
      ...("id" in request ? {} : { creates: true }),
      ...(locks && { locks }),
      // How an interrupted move ends is decided by the records, not by what was reviewed.
      ...(request.reviewed && !interrupted && { reviewed: request.reviewed }),
      ...(running && { running }),
    };
  }

  private basics(request: { urn: string } & Parameters<typeof contextOf>[0], inputs: PlainRecord, id: string) {
    return {
      identity: textOf(inputs.identity),
      owner: ownerOf(request.urn, inputs, id),
      base: textOf(inputs.programDir),
      context: contextOf(request, this.parts.clock),
    };
  }

  /** A new identity beside data under the old one: the alias that would connect them is missing, or a replacement lost it. */
  private async refuseForgottenData(wish: WorkloadWish, request: CreateRequest | UpdateRequest): Promise<void> {
    if ("id" in request) return;
    const formerNames = Array.isArray(request.news.formerNames) ? request.news.formerNames.map(String) : [];
    const [other] = await this.parts.door.others(wish.target, wish, [request.name, ...formerNames]);
    if (other === undefined) return;
    throw new DrayageError(
      "DATA_PROTECTED",
      `this stack has data of ${other} on ${wish.target.name} that a new ${request.name} would leave behind`,
      {
        subject: request.name,
        hint: "Give it an alias to the name it had, or look at what is there: dray volumes ls",
      },
    );
  }
}

interface Known {
  readonly id: string;
  readonly secretKey: string;
  readonly state: WorkloadState | undefined;
}

function placed({ host }: WorkloadApplied, { target }: WorkloadWish, ref: HostRefSpec, state: WorkloadState | undefined) {
  const lives = host === target ? undefined : state?.placements[state.placement.host];
  const now = lives ?? refNow(ref, host);
  return { placement: placeOf(now), placements: { [now.name]: now } };
}

/** A host that does not exist yet has no address, or was never measured. */
function isReachable({ connection, engineId }: HostRefSpec): boolean {
  return !isUnknown(engineId) && !Object.values(connection).some(isUnknown);
}

function unknownOutputs(identity: string, ref: HostRefSpec): PlainRecord {
  const place = { ...placeOf(ref) };
  const later = { placements: UNKNOWN, ownerId: UNKNOWN, secretKey: UNKNOWN, receipt: UNKNOWN, forwardedFrom: UNKNOWN };
  return { identity, placement: recordOf(place), ...later };
}
