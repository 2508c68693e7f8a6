/** Failures on the wire. */
import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { DrayageError } from "../spec/drayage-error";
import type { Redact } from "./redact";

/** The resource exists but is not as wanted: the engine keeps id and properties, and the next up tries again. */
export class PartialFailure extends Error {
  constructor(
    readonly id: string,
    readonly properties: Struct,
    readonly refreshBeforeUpdate: boolean,
    override readonly cause: Error,
  ) {
    super(cause.message);
  }
}

/** Code, cause and next step in the form every failure of drayage has in Pulumi's output. */
export function failureText(error: unknown): string {
  if (!(error instanceof DrayageError)) return error instanceof Error ? error.message : String(error);
  const subject = error.subject === undefined ? "" : `${error.subject}: `;
  const hint = error.hint === undefined ? "" : `\n${error.hint}`;
  return `${error.code}: ${subject}${error.message}${hint}`;
}

export function grpcFailure(error: unknown, redact: Redact): Partial<ServiceError> {
  if (error instanceof PartialFailure) return partialFailure(error, redact(failureText(error.cause)));
  const cancelled = error instanceof DrayageError && error.code === "CANCELLED";
  return { code: cancelled ? status.CANCELLED : status.UNKNOWN, details: redact(failureText(error)) };
}

function partialFailure(failure: PartialFailure, text: string): Partial<ServiceError> {
  const detail = new ErrorResourceInitFailed();
  detail.setId(failure.id);
  detail.setProperties(failure.properties);
  detail.setReasonsList([text]);
  detail.setRefreshBeforeUpdate(failure.refreshBeforeUpdate);
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const rich = new Status();
  rich.setCode(status.UNKNOWN);
  rich.setMessage(text);
  rich.addDetails(packed);
  const metadata = new Metadata();
  // Go's gRPC reads rich errors from this one key; grpc-js knows nothing of it.
  metadata.set("grpc-status-details-bin", Buffer.from(rich.serializeBinary()));
  return { code: status.UNKNOWN, details: text, metadata };
}
