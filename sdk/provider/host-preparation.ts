/** What `prepare` adds to the life of a Host: seen in Read, planned in a preview, done in an apply. */
import type { Clock } from "../engine/clock";
import type { HostHandle } from "../engine/host/host-handle";
import type { Plan } from "../engine/plan/plan";
import { DrayageError } from "../spec/drayage-error";
import type { HostConnection, HostRefSpec } from "../spec/host";
import type { PrepareSpec } from "../spec/prepare";
import { isUnknown, UNKNOWN } from "../spec/unknown";
import { contextOf, recordOf, textOf } from "./common-inputs";
import type { Hosts } from "./engine-doors";
import { readHostInputs } from "./host-inputs";
import type { PlainRecord } from "./plain";
import type { LookedAtMachine, PrepareDoor, PreparedMachine } from "./prepare-wish";
import type { CreateRequest, OperationRequest, ReadRequest, UpdateRequest } from "./resource-handler";

export interface HostPreparationParts {
  readonly door: PrepareDoor;
  readonly hosts: Hosts;
  readonly clock: Clock;
}

/** A host of the program that is to be prepared. */
export interface HostToPrepare {
  readonly name: string;
  readonly connection: HostConnection;
  readonly spec: PrepareSpec;
  readonly base: string;
}

export class HostPreparation {
  constructor(private readonly parts: HostPreparationParts) {}

  /** Undefined where the host is given as it is. */
  of(inputs: PlainRecord, connection: HostConnection): HostToPrepare | undefined {
    const normalised = connection.kind === "ssh" && inputs.prepare !== undefined ? readHostInputs(inputs, "ssh") : undefined;
    if (normalised === undefined || "problems" in normalised || normalised.prepare === undefined) return undefined;
    return { name: textOf(inputs.name), connection, spec: normalised.prepare, base: textOf(inputs.programDir) };
  }

  /** The preview of a machine that does not exist yet. */
  async unseen({ report, name }: OperationRequest, host: HostToPrepare | undefined): Promise<void> {
    if (host !== undefined) report.plan(await this.parts.door.unseen(name, host.spec));
  }

  /** In a preview tells what would be done, else does it. The engine of what comes back may be asked if it is usable. */
  async bring(
    request: CreateRequest | UpdateRequest,
    host: HostToPrepare | undefined,
    onLooked: (machine: LookedAtMachine) => void,
  ): Promise<PreparedMachine | undefined> {
    if (host === undefined) return undefined;
    const { door, hosts } = this.parts;
    const wish = { ...this.wish(request, host), onLooked };
    if (!request.preview) return door.apply({ ...wish, ...(request.reviewed && { reviewed: request.reviewed }) });
    const machine = await door.preview(wish);
    if (machine.plan.operations.length > 0) request.report.plan(machine.plan);
    if (machine.usable) hosts.awaited.delete(host.name);
    else hosts.awaited.add(host.name);
    return machine;
  }

  /** A login from before its user joined the group does not count yet. */
  async reach(host: HostToPrepare | undefined, reach: () => Promise<HostHandle>): Promise<HostHandle> {
    try {
      return await reach();
    } catch (error) {
      if (host === undefined || !(error instanceof DrayageError) || error.code !== "DOCKER_PERMISSION") throw error;
      await this.parts.hosts.forget(host, host.base);
      return reach();
    }
  }

  /** The stored inputs, with what is otherwise than it was prepared beside them, by path. */
  async read(request: ReadRequest, host: HostToPrepare | undefined): Promise<PlainRecord> {
    const { drift: _, ...written } = request.oldInputs;
    // A machine that was not met yet has no key to be dialled by.
    const met = host !== undefined && !Object.values(host.connection).some((value) => isUnknown(value));
    const drift = met ? await this.drift(request, host) : {};
    return Object.keys(drift).length === 0 ? written : { ...written, drift };
  }

  /** A refusal is drift too, told whole by the preview that follows. */
  private async drift(request: ReadRequest, host: HostToPrepare): Promise<PlainRecord> {
    try {
      return driftOf((await this.parts.door.preview(this.wish(request, host))).plan);
    } catch (error) {
      if (!(error instanceof DrayageError)) throw error;
      if (error.code === "DISK_REFUSED") return { "prepare.dataDisk": error.message };
      if (error.code === "DOCKER_TOO_OLD" || error.code === "HOST_UNSUPPORTED") return { "prepare.engine": error.message };
      // Of a host that does not answer the other reading tells.
      if (!error.code.startsWith("HOST_"))
        request.report.say("warning", `${error.message}; not compared with what it was prepared to be`);
      return {};
    }
  }

  private wish(request: OperationRequest, host: HostToPrepare) {
    const { base, spec } = host;
    return { ref: host, base, spec, context: contextOf(request, this.parts.clock) };
  }
}

/** Of a machine that is there, before its engine can be asked; one that is known keeps what is known of it. */
export function knownOfUnusable({ machineId, arch }: LookedAtMachine, known: Partial<HostRefSpec>): PlainRecord {
  const engineId = known.machineId === machineId && known.engineId ? known.engineId : UNKNOWN;
  return { machineId: machineId || UNKNOWN, arch, engineId };
}

/** What Read has put beside the inputs. */
export const preparationDrift = ({ drift }: PlainRecord): Record<string, "update"> =>
  Object.fromEntries(Object.keys(recordOf(drift)).map((path) => [path, "update" as const]));

function driftOf({ operations }: Plan): PlainRecord {
  return Object.fromEntries(operations.map(({ kind, cause }) => [`prepare.${places[kind] ?? "engine"}`, cause]));
}

const places: Readonly<Record<string, string>> = {
  "install tools": "dataDisk",
  "format disk": "dataDisk",
  "mount disk": "dataDisk",
  "guard engine": "dataDisk",
  "write daemon.json": "daemon",
  "change daemon.json": "daemon",
};
