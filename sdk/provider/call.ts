/** One resource call on its way: a peer's Cancel, the engine's going away and the deadline all end in one signal. */
import type { handleUnaryCall, ServerUnaryCall } from "@grpc/grpc-js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { DrayageError } from "../spec/drayage-error";
import type { EngineLog } from "./engine-log";
import { createEngineReport } from "./engine-report";
import { grpcFailure, PartialFailure } from "./grpc-failure";
import { secretStrings, type Unmarshalled, unmarshal } from "./marshal";
import type { Peers } from "./peers";
import { createRedact, type Redact } from "./redact";
import type { HandlerTable, OperationRequest, ResourceHandler } from "./resource-handler";
import type { ProviderObserver } from "./serve-options";
import { parseUrn } from "./urn";

export interface Call<Request> {
  readonly request: Request;
  readonly handler: ResourceHandler;
  readonly operation: OperationRequest;
  /** Unwraps properties; their secrets are blotted out of every message of this call from then on. */
  properties(struct: Struct | undefined): Unmarshalled;
}

export interface CallContext {
  readonly handlers: HandlerTable;
  readonly peers: Peers;
  readonly observer: ProviderObserver | undefined;
  readonly secretValues: () => Iterable<string>;
}

/** What all resource requests of the protocol have; some have the rest. */
export interface ResourceMessage {
  getUrn(): string;
  getType(): string;
  getName(): string;
  getTimeout?(): number;
  getPreview?(): boolean;
}

export function resourceCall<Request extends ResourceMessage, Answer>(
  context: CallContext,
  run: (call: Call<Request>) => Promise<Answer>,
  { removes = false }: { readonly removes?: boolean } = {},
): handleUnaryCall<Request, Answer> {
  return (rpc, callback) => {
    const urn = rpc.request.getUrn();
    const log = context.peers.log(rpc.getPeer());
    const secrets = new Set<string>();
    const redact: Redact = (text) => createRedact([...secrets, ...context.secretValues()])(text);
    const deadline = watchDeadline(context.peers, rpc);
    const failed = (error: unknown) => {
      const reason = reasonOf(error, deadline.signal);
      context.observer?.failed(urn, reason instanceof PartialFailure ? reason.cause : reason, redact);
      return grpcFailure(reason, redact);
    };
    const answer = async (reply: () => void) => {
      await log.flush();
      deadline.end();
      reply();
    };
    run(openCall(context, rpc.request, { log, redact, secrets, removes, signal: deadline.signal })).then(
      (response) => answer(() => callback(null, response)),
      (error: unknown) => answer(() => callback(failed(error))),
    );
  };
}

interface Scope {
  readonly log: EngineLog;
  readonly redact: Redact;
  readonly secrets: Set<string>;
  readonly removes: boolean;
  readonly signal: AbortSignal;
}

function openCall<Request extends ResourceMessage>(context: CallContext, request: Request, scope: Scope): Call<Request> {
  const urn = request.getUrn();
  const type = request.getType() || parseUrn(urn).type;
  const preview = request.getPreview?.() ?? false;
  const { observer } = context;
  const agreed = () => (scope.removes ? observer?.reviewedRemoval?.(urn) : observer?.reviewed?.(urn));
  const reviewed = preview ? undefined : agreed();
  const operation: OperationRequest = {
    urn,
    type,
    name: request.getName() || parseUrn(urn).name,
    signal: scope.signal,
    timeoutMs: (request.getTimeout?.() ?? 0) * 1000,
    ...(reviewed && { reviewed }),
    report:
      observer?.report(urn, preview, scope.redact) ?? createEngineReport({ log: scope.log, urn, redact: scope.redact, preview }),
  };
  return {
    request,
    operation,
    get handler() {
      const handler = context.handlers[type];
      if (handler === undefined) throw new DrayageError("NOT_SUPPORTED", `this version of drayage knows no resource ${type}`);
      return handler;
    },
    properties(struct) {
      const read = unmarshal(struct);
      for (const value of secretStrings(read)) scope.secrets.add(value);
      return read;
    },
  };
}

function watchDeadline<Request extends ResourceMessage>(peers: Peers, rpc: ServerUnaryCall<Request, unknown>) {
  const inFlight = peers.begin(rpc.getPeer());
  let done = false;
  // grpc-js tells `cancelled` for calls that were answered as well.
  rpc.on("cancelled", () => {
    if (!done) inFlight.abort(new DrayageError("CANCELLED", "the Pulumi engine went away"));
  });
  const seconds = rpc.request.getTimeout?.() ?? 0;
  const late = () => inFlight.abort(timedOut(rpc.request, seconds));
  const timer = seconds > 0 ? setTimeout(late, seconds * 1000) : undefined;
  return {
    signal: inFlight.signal,
    end() {
      done = true;
      clearTimeout(timer);
      inFlight.end();
    },
  };
}

function timedOut(request: ResourceMessage, seconds: number): DrayageError {
  return new DrayageError("TIMED_OUT", `not done within the ${seconds} s that customTimeouts allow`, {
    subject: request.getName() || parseUrn(request.getUrn()).name,
    hint: "Run the same command again: it goes on where this one stopped.",
  });
}

/** An operation that ends because its signal was aborted throws whatever the broken call threw; the signal knows why. */
function reasonOf(error: unknown, signal: AbortSignal): unknown {
  if (!signal.aborted || error instanceof DrayageError || error instanceof PartialFailure) return error;
  return signal.reason;
}
