import { connectDocker } from "../../../engine/docker/docker-client";
import { DrayageError } from "../../../spec/drayage-error";
import type { Check, Found, Machine } from "../check";
import { installEngine, startEngine } from "../start-engine";

const hint =
  "Install Docker (Debian, Ubuntu: `apt-get install docker.io`), start it, and let your user reach its socket (`usermod -aG docker $USER`).";

export const dockerEngineCheck: Check = {
  name: "docker engine",
  hint,
  look,
  obtain: async (machine) => {
    const before = await look(machine);
    if (before.ok) return before;
    const obstacle = (await installEngine(machine)) ?? (await startEngine(machine, async () => (await look(machine)).ok));
    return obstacle === undefined ? look(machine) : { ok: false, detail: `${before.detail}; ${obstacle}` };
  },
};

async function look({ socket }: Machine): Promise<Found> {
  try {
    const info = await connectDocker("local", socket).info();
    return { ok: true, detail: `${info.version} (API ${info.apiVersion}, ${info.storageDriver}, cgroup v${info.cgroupVersion})` };
  } catch (error) {
    if (!(error instanceof DrayageError)) throw error;
    return { ok: false, detail: `${socket}: ${error.message}` };
  }
}
