/** A cloud as small as can be: its one kind of resource is a machine that boots user data. As with clouds, new user data is a new machine. */
import { connectDocker } from "../../../sdk/engine/docker/docker-client";
import type { LabMachine } from "../../../sdk/lab/lab-machine";
import type { ResourceHandler } from "../../../sdk/provider/resource-handler";
import { UNKNOWN } from "../../../sdk/spec/unknown";

/** Where the machines are made: a lab, or something that watches another API. */
export interface MachinePark {
  readonly socket: string;
  boot(name: string, userData: string): Promise<LabMachine>;
  remove(name: string): Promise<void>;
}

export function machineHandler(park: MachinePark): ResourceHandler {
  const docker = connectDocker("this machine", park.socket);
  return {
    check: ({ news }) => ({ inputs: news, problems: [] }),
    diff: ({ oldInputs, news }) => {
      const changed = oldInputs.userData !== news.userData;
      return { changed, detailedDiff: changed ? { userData: "update-replace" } : {}, deleteBeforeReplace: true };
    },
    async create({ name, news, preview }) {
      if (preview) return { outputs: { ...news, address: UNKNOWN, containerId: UNKNOWN } };
      const { address, containerId } = await park.boot(name, String(news.userData));
      return { id: containerId, outputs: { ...news, address, containerId } };
    },
    async read({ id, olds, oldInputs }) {
      if ((await docker.inspectContainer(id)) === undefined) return undefined;
      return { id, outputs: olds, inputs: oldInputs };
    },
    update: async ({ olds }) => ({ outputs: olds }),
    delete: ({ name }) => park.remove(name),
  };
}
