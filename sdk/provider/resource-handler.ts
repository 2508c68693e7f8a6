/**
 * What a kind of resource has to answer. Handlers never see gRPC, secrets' wire form, peers or deadlines: values are plain,
 * UNKNOWN (sdk/spec/unknown) stands for what a preview cannot know, `signal` is aborted by Cancel, by customTimeouts and by a lost engine.
 */
import type { Plan } from "../engine/plan/plan";
import type { Report } from "../engine/report";
import type { Problem } from "../spec/drayage-error";
import type { PlainRecord } from "./plain";
import type { PropertyPath } from "./property-path";

export interface ResourceHandler {
  /** Asks the engine to Read before each preview and up, so that drift shows without --refresh. */
  readonly refreshBeforeUpdate?: boolean;
  /** Pure and fast: the engine calls it one resource at a time. */
  check(request: CheckRequest): Checked | Promise<Checked>;
  /** Pure and fast. In a refresh `olds` and `oldInputs` are what Read saw and `news` what the state holds. */
  diff(request: DiffRequest): Difference | Promise<Difference>;
  /** In a preview nothing may be changed and no id is needed. */
  create(request: CreateRequest): Promise<Created>;
  /** undefined = it is gone. Throwing fails the whole preview before the program ran. */
  read(request: ReadRequest): Promise<ReadState | undefined>;
  update(request: UpdateRequest): Promise<Updated>;
  delete(request: DeleteRequest): Promise<void>;
  /** What `delete` would do now; reads only. Pulumi's protocol knows no preview of a deletion: `dray` asks for it. */
  planDelete?(request: DeleteRequest): Promise<Plan>;
}

/** Token (`drayage:index:Workload`) → handler. */
export type HandlerTable = Readonly<Record<string, ResourceHandler>>;

export interface ResourceRequest {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
}

export interface OperationRequest extends ResourceRequest {
  readonly signal: AbortSignal;
  /** From customTimeouts; 0 = none given. `signal` already honours it. */
  readonly timeoutMs: number;
  readonly report: Report;
  /** The plan a person has agreed to; absent: nobody was asked. */
  readonly reviewed?: Plan;
}

export interface CheckRequest extends ResourceRequest {
  /** The stored inputs; {} for a new resource and for a replacement. */
  readonly olds: PlainRecord;
  readonly news: PlainRecord;
  readonly secretPaths: readonly PropertyPath[];
  /** For what a person should know also of a resource that does not change; Check is the one call that each run makes for all. */
  readonly report: Pick<Report, "say">;
}

export interface Checked {
  /** What is stored as inputs and given to Diff, Create and Update as `news`. Secrets of the request are wrapped again by path. */
  readonly inputs: PlainRecord;
  readonly problems: readonly Problem[];
}

export interface DiffRequest extends ResourceRequest {
  readonly id: string;
  readonly olds: PlainRecord;
  readonly oldInputs: PlainRecord;
  readonly news: PlainRecord;
  readonly ignoreChanges: readonly string[];
}

export type ChangeKind = "add" | "delete" | "update" | "add-replace" | "delete-replace" | "update-replace";

export interface Difference {
  readonly changed: boolean;
  /** Property path → what happens to it. */
  readonly detailedDiff: Readonly<Record<string, ChangeKind>>;
  readonly deleteBeforeReplace?: boolean;
}

export interface CreateRequest extends OperationRequest {
  readonly news: PlainRecord;
  readonly secretPaths: readonly PropertyPath[];
  readonly preview: boolean;
}

export interface ReadRequest extends OperationRequest {
  readonly id: string;
  /** Stored outputs and inputs; both {} for an import. */
  readonly olds: PlainRecord;
  readonly oldInputs: PlainRecord;
  readonly secretPaths: readonly PropertyPath[];
}

export interface UpdateRequest extends OperationRequest {
  readonly id: string;
  readonly olds: PlainRecord;
  readonly oldInputs: PlainRecord;
  readonly news: PlainRecord;
  readonly secretPaths: readonly PropertyPath[];
  readonly ignoreChanges: readonly string[];
  readonly preview: boolean;
}

export interface DeleteRequest extends OperationRequest {
  readonly id: string;
  readonly olds: PlainRecord;
  readonly oldInputs: PlainRecord;
}

export interface Updated {
  /** In a preview what is not certain is UNKNOWN. */
  readonly outputs: PlainRecord;
  /** Outputs that are secret beside those at the paths of secret inputs. */
  readonly secretOutputs?: readonly PropertyPath[];
  /** It exists and is ours but is not as wanted: the state keeps `outputs` and the old inputs, so that the next up goes on. */
  readonly error?: Error;
}

export interface Created extends Updated {
  /** Required unless it is a preview. */
  readonly id?: string;
}

export interface ReadState {
  readonly id: string;
  readonly outputs: PlainRecord;
  /** The stored inputs, with what drifted told in a way that Diff sees. */
  readonly inputs: PlainRecord;
  readonly secretOutputs?: readonly PropertyPath[];
}
