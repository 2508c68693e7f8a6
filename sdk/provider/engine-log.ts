/** Pulumi's log of a run: rows and diagnostics a person sees under `dray` and under plain `pulumi` alike. */
import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

export interface LogLine {
  readonly severity: "debug" | "info" | "warning" | "error";
  readonly text: string;
  readonly urn: string;
  /** Shown in the resource's row while it runs, and nowhere afterwards. */
  readonly ephemeral?: boolean;
}

export interface EngineLog {
  write(line: LogLine): void;
  /** Resolves when all that was written has arrived (or cannot arrive any more). */
  flush(): Promise<void>;
  close(): void;
}

export const silentEngineLog: EngineLog = { write: () => undefined, flush: async () => undefined, close: () => undefined };

export function connectEngineLog(address: string): EngineLog {
  const client = new EngineClient(address, credentials.createInsecure());
  // One call after the other: lines keep their order.
  let last: Promise<void> = Promise.resolve();
  const send = (request: LogRequest) => new Promise<void>((done) => void client.log(request, () => done()));
  return {
    write(line) {
      last = last.then(() => send(toRequest(line)));
    },
    flush: () => last,
    close: () => client.close(),
  };
}

const severities = {
  debug: LogSeverity.DEBUG,
  info: LogSeverity.INFO,
  warning: LogSeverity.WARNING,
  error: LogSeverity.ERROR,
} as const;

function toRequest({ severity, text, urn, ephemeral }: LogLine): LogRequest {
  const request = new LogRequest();
  request.setSeverity(severities[severity]);
  request.setMessage(text);
  request.setUrn(urn);
  request.setEphemeral(ephemeral ?? false);
  return request;
}
