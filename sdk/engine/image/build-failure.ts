/** A failed build as one error: the step, what it said, and what to do. */
import { DrayageError } from "../../spec/drayage-error";
import type { BuildLog } from "./build-log";
import type { BuildRequest } from "./build-request";

export function buildFailed(request: BuildRequest, log: BuildLog): DrayageError {
  const subject = `image ${request.name} on ${request.builder.name}`;
  if (request.signal.aborted) return new DrayageError("CANCELLED", "cancelled", { subject });
  const said = log.lastLines.map((line) => `  ${line}`).join("\n");
  if (/no space left on device/i.test(said)) {
    return new DrayageError("DISK_FULL", `the disk of ${request.builder.name} is full: the build stopped\n${said}`, {
      subject,
      hint: "Free space there (docker system df shows what Docker holds), then run the same command again.",
    });
  }
  const step = log.failedStep === undefined ? "the build failed" : `step ${log.failedStep} failed`;
  return new DrayageError("BUILD_FAILED", said === "" ? step : `${step}:\n${said}`, { subject, hint: hintFor(said) });
}

function hintFor(said: string): string {
  if (/requires BuildKit|--mount option/i.test(said))
    return "Install docker buildx on this machine: the Dockerfile needs BuildKit.";
  if (/certificate|PKIX|x509/i.test(said))
    return "Behind a proxy that inspects TLS, hand its certificates to the build as a build secret.";
  return "Correct the Dockerfile or its files, then run the same command again; what runs was not touched.";
}
