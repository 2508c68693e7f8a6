/** Drayage's resources without a world: every input is remembered, every output has a value. */
import type { PlainRecord } from "../../../sdk/provider/plain";
import type { HandlerTable, ResourceHandler } from "../../../sdk/provider/resource-handler";
import { echoHandler } from "../../support/echo-handler";

const measured = { engineId: "ECHO:0000", machineId: "0".repeat(32), arch: "amd64" };

export const echoHandlers: HandlerTable = {
  "drayage:index:Host": withOutputs(measured),
  "drayage:index:LocalHost": withOutputs(measured),
  "drayage:index:Image": withOutputs({ identity: `sha256:${"0".repeat(64)}` }),
  "drayage:index:Workload": withOutputs({ identity: "0".repeat(32), placement: { host: "echo", ...measured } }),
};

function withOutputs(outputs: PlainRecord): ResourceHandler {
  return {
    ...echoHandler,
    create: async (request) => ({ id: `${request.name}-echo`, outputs: { ...request.news, ...outputs } }),
    update: async ({ news }) => ({ outputs: { ...news, ...outputs } }),
  };
}
