/** Which gate a service has: its http or tcp probe, else what Docker would run as health check, else "it runs". */
import type { HealthcheckSpec } from "../../../spec/healthcheck";
import type { ContainerInspect } from "../../docker/docker-engine";
import { commandGate } from "./command-gate";
import type { Gate } from "./gate";
import { probeGate } from "./probe-gate";
import { runningGate } from "./running-gate";

export interface ChosenGate {
  readonly gate: Gate;
  /** When it gives up. Docker's own rule: start period, then as many intervals as retries. */
  readonly deadlineMs: number;
}

const stableForMs = 1000;
const shortestDeadlineMs = 5000;
const dockerDefaults = { intervalMs: 30_000, timeoutMs: 30_000, retries: 3 };

/** `container` tells the health check that image and spec together gave it. */
export function chooseGate(spec: HealthcheckSpec | undefined, container: ContainerInspect): ChosenGate {
  if (spec?.probe.kind === "http" || spec?.probe.kind === "tcp") {
    return { gate: probeGate(spec.probe, Math.min(spec.timeoutMs, 5000)), deadlineMs: deadline(spec) };
  }
  const docker = healthcheckOf(container);
  const command = docker && commandOf(docker.Test ?? []);
  if (!docker || !command) return { gate: runningGate(stableForMs), deadlineMs: stableForMs };
  const times = {
    intervalMs: milliseconds(docker.Interval) ?? dockerDefaults.intervalMs,
    timeoutMs: milliseconds(docker.Timeout) ?? dockerDefaults.timeoutMs,
    startPeriodMs: milliseconds(docker.StartPeriod) ?? 0,
    retries: docker.Retries || dockerDefaults.retries,
  };
  return { gate: commandGate(command, times.timeoutMs), deadlineMs: deadline(times) };
}

interface DockerHealthcheck {
  readonly Test?: readonly string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly Retries?: number;
}

function healthcheckOf(container: ContainerInspect): DockerHealthcheck | undefined {
  return (container.Config as { Healthcheck?: DockerHealthcheck | null }).Healthcheck ?? undefined;
}

function commandOf([kind, ...rest]: readonly string[]): readonly string[] | undefined {
  if (kind === "CMD") return rest;
  return kind === "CMD-SHELL" ? ["/bin/sh", "-c", rest[0] ?? ""] : undefined;
}

function deadline(times: Pick<HealthcheckSpec, "startPeriodMs" | "retries" | "intervalMs">): number {
  return Math.max(shortestDeadlineMs, times.startPeriodMs + times.retries * times.intervalMs);
}

function milliseconds(nanoseconds: number | undefined): number | undefined {
  return nanoseconds ? nanoseconds / 1_000_000 : undefined;
}
