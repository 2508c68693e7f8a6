import type { Place } from "./place";
import type { ServiceSpec } from "./service-spec";
import { isUnknown } from "./unknown";
import type { Check } from "./workload-parts";

/** Words of one service that contradict each other. */
export const checkServices: Check = ({ services }) => {
  for (const { spec, place: at } of services.values()) {
    if (spec.run === "once per release") checkOneShot(spec, at);
    checkSecrets(spec, at);
    checkImage(spec, at);
    const probe = spec.healthcheck?.probe.kind;
    if (spec.networkMode?.kind === "none" && (probe === "http" || probe === "tcp")) {
      at.key("healthcheck").problem("a service without a network cannot be asked over it; use a command");
    }
    if (spec.memoryBytes !== undefined && spec.memoryBytes < MINIMUM_MEMORY) {
      at.key("memory").problem("Docker needs at least 6 MiB");
    }
  }
};

/** Docker refuses less. */
const MINIMUM_MEMORY = 6 * 1024 * 1024;

function checkOneShot(spec: ServiceSpec, at: Place): void {
  const { name } = spec.restart;
  if (name === "always" || name === "unless-stopped") {
    at.key("restart").problem(`'${name}' would run a one-shot again and again; use 'no' or 'on-failure:3', or drop run`);
  }
  if (spec.replicas > 1) at.key("replicas").problem('a service with run: "once per release" runs once; drop replicas');
}

function checkImage({ image, platform }: ServiceSpec, at: Place): void {
  if (
    image?.kind !== "built" ||
    platform === undefined ||
    image.platform === undefined ||
    isUnknown(platform) ||
    isUnknown(image.platform)
  )
    return;
  if (platform !== image.platform)
    at.key("platform").problem(`is ${platform}, but image ${image.name} is built for ${image.platform}`);
}

function checkSecrets(spec: ServiceSpec, at: Place): void {
  const owners = new Map<string, string>();
  for (const { name, env } of spec.secrets) {
    if (env === undefined) continue;
    const place = at.key("secrets").key(name).key("env");
    if (Object.hasOwn(spec.environment, env)) place.problem(`'${env}' is set in environment too; keep one of them`);
    const other = owners.get(env);
    if (other !== undefined) place.problem(`'${env}' is already set by the secret '${other}'`);
    owners.set(env, name);
  }
}
