/** Image: known by its content before it is built, by its identity afterwards. */
import type { Clock } from "../engine/clock";
import type { SecretReader } from "../engine/secret/open-secret-reader";
import { DrayageError } from "../spec/drayage-error";
import { mintIncarnation } from "../spec/identity";
import { normaliseImage } from "../spec/image";
import { isUnknown, UNKNOWN } from "../spec/unknown";
import { anchoredPush } from "./anchored-secrets";
import { readBuildSecrets } from "./build-secrets";
import { contextOf, recordOf, reportedProblems, stackUidProblem, textOf } from "./common-inputs";
import { diffPaths } from "./diff-paths";
import type { ImageDoor, ImageWish } from "./engine-doors";
import { pinNote, pinnedImage } from "./image-pin";
import type { PlainRecord } from "./plain";
import { pushedOutputs } from "./pushed-outputs";
import { reachedQuietly } from "./reached-quietly";
import type { ChangeKind, CreateRequest, OperationRequest, ResourceHandler, UpdateRequest } from "./resource-handler";
import { parseUrn } from "./urn";

export interface ImageHandlerParts {
  readonly door: ImageDoor;
  /** Reads build secrets that are somewhere else. */
  readonly secrets: Pick<SecretReader, "read">;
  readonly clock: Clock;
}

export function createImageHandler({ door, secrets: reader, clock }: ImageHandlerParts): ResourceHandler {
  const wishOf = (request: OperationRequest, inputs: PlainRecord, olds: PlainRecord): ImageWish => {
    const normalised = normaliseImage(argumentsOf(inputs), { allowUnknown: true });
    if ("problems" in normalised)
      throw new DrayageError("INVALID_PROGRAM", normalised.problems.map((it) => it.reason).join("; "));
    const previous = { contentHash: textOf(olds.contentHash), identity: textOf(olds.identity) };
    return {
      name: textOf(inputs.name),
      spec: normalised.spec,
      secrets: async () => ({ ...normalised.secrets, ...(await readBuildSecrets(reader, inputs)) }),
      contentHash: textOf(inputs.contentHash),
      base: textOf(inputs.programDir),
      ...(normalised.spec.push && { push: anchoredPush(normalised.spec.push, textOf(inputs.programDir)) }),
      ...(previous.contentHash === "" ? {} : { previous }),
      context: contextOf(request, clock),
    };
  };
  const build = async (request: CreateRequest | UpdateRequest, olds: PlainRecord): Promise<PlainRecord> => {
    const { news, preview } = request;
    const { contentHash, name } = news;
    const pinned = pinnedImage(news);
    if (pinned !== undefined) return { name, ...pinned, ...pushedOutputs(news, undefined) };
    if (preview && (isUnknown(contentHash) || isUnknown(builderOf(news)))) {
      return { name, contentHash, identity: UNKNOWN, ...pushedOutputs(news, UNKNOWN) };
    }
    const wish = wishOf(request, news, olds);
    if (!preview) {
      const { identity, digest } = await door.build(wish);
      return { name, contentHash, identity, ...pushedOutputs(news, digest) };
    }
    const { plan, identity } = await door.preview(wish);
    request.report.plan(plan);
    return { name, contentHash, identity: identity ?? UNKNOWN, ...pushedOutputs(news, UNKNOWN) };
  };
  return {
    check({ news, urn, report }) {
      const note = pinNote(news, parseUrn(urn).stack);
      if (note !== undefined) report.say("info", note);
      const reported = reportedProblems(news);
      const normalised = normaliseImage(argumentsOf(news), { allowUnknown: true });
      const own = [...stackUidProblem(news, urn), ...("problems" in normalised ? normalised.problems : [])];
      return { inputs: news, problems: reported.length > 0 ? reported : own };
    },
    /** The content hash covers the folder and all options but who builds; that one changes nothing of what is built. */
    diff({ oldInputs, news, olds }) {
      const pinned = pinnedImage(news);
      const other = pinned !== undefined && pinned.identity !== textOf(olds.identity);
      const detailedDiff: Record<string, ChangeKind> = {
        ...diffPaths(compared(oldInputs), compared(news)),
        ...(other && { "pin.identity": "update" }),
      };
      return { changed: Object.keys(detailedDiff).length > 0, detailedDiff };
    },
    create: async (request) => ({ id: mintIncarnation(request.name), outputs: await build(request, {}) }),
    update: async (request) => ({ outputs: await build(request, request.olds) }),
    async read(request) {
      const { id, olds, oldInputs } = request;
      if (Object.keys(oldInputs).length === 0) {
        throw new DrayageError("NOT_SUPPORTED", "an image is not imported: declare it, and the next up finds it", {
          subject: request.name,
        });
      }
      if (pinnedImage(oldInputs) !== undefined) return { id, outputs: olds, inputs: oldInputs };
      const wish = wishOf(request, oldInputs, olds);
      const found = await reachedQuietly(() => door.preview(wish));
      const digest = textOf(olds.digest);
      const pushed = digest === "" ? undefined : await door.isPushed(wish, digest);
      // What the registry has, hosts can still get: building it anew would only give new bits.
      const lost = found !== undefined && found.identity === undefined && pushed !== true;
      // An empty hash differs from what the program wants: the next up builds it again, or pushes what the registry has lost.
      return { id, outputs: olds, inputs: lost || pushed === false ? { ...oldInputs, contentHash: "" } : oldInputs };
    },
    delete: async () => undefined,
  };
}

function compared({ name, contentHash, platform, push }: PlainRecord): PlainRecord {
  const { registry, repository, tag } = recordOf(push);
  return { name, contentHash, platform, ...(push !== undefined && { push: { registry, repository, tag } }) };
}

function argumentsOf({
  name: _n,
  contentHash: _c,
  stackUid: _s,
  programDir: _p,
  problems: _q,
  secretFiles,
  secretRefs,
  secrets,
  pin: _i,
  folderHash: _f,
  ...written
}: PlainRecord): PlainRecord {
  const ids = Object.keys({ ...recordOf(secretFiles), ...recordOf(secretRefs) });
  const all = { ...(secrets as PlainRecord | undefined), ...Object.fromEntries(ids.map((id) => [id, "elsewhere"])) };
  return Object.keys(all).length === 0 ? written : { ...written, secrets: all };
}

const builderOf = ({ builder }: PlainRecord) =>
  builder !== null && typeof builder === "object" && "connection" in builder ? addressOf(builder.connection) : undefined;
const addressOf = (connection: unknown) => (connection as { address?: string } | undefined)?.address;
