/** drayage's provider with hosts that are met without a machine: the rest of it is real. */

import { makeHostKeyPair } from "../../../sdk/engine/host/enrol/host-key-pair";
import type { HostHandle } from "../../../sdk/engine/host/host-handle";
import { createHostKeyHandler } from "../../../sdk/provider/host-key-resource";
import { createLostPartHandler } from "../../../sdk/provider/lost-part-resource";
import { createMachineImageHandler } from "../../../sdk/provider/machine-image-resource";
import { createMachineMarkHandler } from "../../../sdk/provider/machine-mark-resource";
import { createMistakesHandler } from "../../../sdk/provider/mistakes-resource";
import type { PlainRecord } from "../../../sdk/provider/plain";
import type { HandlerTable, ResourceHandler } from "../../../sdk/provider/resource-handler";
import { createRetirementHandler } from "../../../sdk/provider/retirement-resource";
import { startProvider } from "../../../sdk/provider/serve";
import { UNKNOWN } from "../../../sdk/spec/unknown";
import { fakeHost } from "../fake-host";

export interface StubMachines {
  readonly port: number;
  /** What every host's record says. */
  readonly record: ReturnType<typeof fakeHost>["record"];
  stop(): Promise<void>;
}

export async function startStubMachines(): Promise<StubMachines> {
  const machine = fakeHost("cloud");
  const open = async (): Promise<HostHandle> => machine.again();
  const handlers: HandlerTable = {
    "drayage:index:HostKey": createHostKeyHandler({ makePair: makeHostKeyPair }),
    "drayage:index:MachineImage": createMachineImageHandler(),
    "drayage:index:MachineMark": createMachineMarkHandler(),
    "drayage:index:LostPart": createLostPartHandler(),
    "drayage:index:Mistakes": createMistakesHandler(),
    "drayage:index:Retirement": createRetirementHandler({ hosts: { open } }),
    "drayage:index:Host": met({ engineId: "engine", machineId: "machine", arch: "amd64", hostKey: "ssh-ed25519 AAAA" }),
    "drayage:index:Workload": placed(),
    "drayage:index:Enrolment": met({ hostKey: "ssh-ed25519 AAAA" }),
  };
  const provider = await startProvider({ handlers, version: "0.1.0" });
  return { port: provider.port, record: machine.record, stop: () => provider.stop() };
}

/** Yields the same of every machine; not before it exists. */
function met(facts: PlainRecord): ResourceHandler {
  const unknown = Object.fromEntries(Object.keys(facts).map((key) => [key, UNKNOWN]));
  const compared = ({ problems: _p, programDir: _d, ...rest }: PlainRecord) => JSON.stringify(rest);
  return {
    check: ({ news }) => ({ inputs: news, problems: [] }),
    diff: ({ oldInputs, news }) => ({ changed: compared(oldInputs) !== compared(news), detailedDiff: {} }),
    create: async ({ name, preview }) => (preview ? { outputs: unknown } : { id: `${name}-met`, outputs: facts }),
    read: async ({ id, olds, oldInputs }) => ({ id, outputs: olds, inputs: oldInputs }),
    update: async () => ({ outputs: facts }),
    delete: async () => undefined,
  };
}

/** A workload without containers: it lives where it is wanted as soon as that is a machine, and every host it has left forwards. */
function placed(): ResourceHandler {
  const hostOf = ({ host }: PlainRecord) => host as PlainRecord;
  const livesOn = ({ placement }: PlainRecord) => (placement as PlainRecord | undefined)?.host;
  const outputs = (news: PlainRecord, olds: PlainRecord = {}): PlainRecord => {
    const { name, engineId } = hostOf(news);
    if (engineId === UNKNOWN) return { placement: UNKNOWN, forwardedFrom: UNKNOWN };
    const left = livesOn(olds);
    const before = (Array.isArray(olds.forwardedFrom) ? olds.forwardedFrom : []).filter((it) => it !== name && it !== left);
    const forwardedFrom = left === undefined || left === name ? before : [...before, left];
    return {
      placement: { host: name as string, machineId: "m", engineId: "e" },
      ...(forwardedFrom.length > 0 && { forwardedFrom }),
    };
  };
  return {
    check: ({ news }) => ({ inputs: news, problems: [] }),
    diff: ({ olds, news }) => ({ changed: livesOn(olds) !== hostOf(news).name, detailedDiff: {} }),
    create: async ({ name, news, preview }) =>
      preview ? { outputs: outputs(news) } : { id: `${name}-made`, outputs: outputs(news) },
    read: async ({ id, olds, oldInputs }) => ({ id, outputs: olds, inputs: oldInputs }),
    update: async ({ news, olds }) => ({ outputs: outputs(news, olds) }),
    delete: async () => undefined,
  };
}
