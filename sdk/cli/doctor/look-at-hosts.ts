import type { Clock } from "../../engine/clock";
import type { Fleet } from "../fleet/fleet";
import { asDrayageError } from "../render/render-error";
import type { Checked } from "./run-checks";

/** Reaches every host that the stack's state knows, all at once, and asks its engine what it is. */
export async function lookAtHosts(fleet: Pick<Fleet, "hosts" | "connect">, clock: Clock): Promise<Checked[]> {
  return Promise.all(fleet.hosts.map(({ name }) => lookAtHost(fleet, name, clock)));
}

async function lookAtHost(fleet: Pick<Fleet, "connect">, host: string, clock: Clock): Promise<Checked> {
  const began = clock.monotonic();
  const answer = await ask(fleet, host);
  return { name: `host ${host}`, ...answer, seconds: (clock.monotonic() - began) / 1000 };
}

async function ask(fleet: Pick<Fleet, "connect">, host: string): Promise<{ ok: boolean; detail: string; hint?: string }> {
  try {
    const info = await (await fleet.connect(host)).docker.info();
    return {
      ok: true,
      detail: `engine ${info.version} (API ${info.apiVersion}, ${info.storageDriver}), ${info.arch}, ${info.cpus} CPUs`,
    };
  } catch (failure) {
    const error = asDrayageError(failure);
    return {
      ok: false,
      detail: error.message,
      hint: error.hint ?? `Try it by hand: the code is ${error.code} (docs/errors.md).`,
    };
  }
}
