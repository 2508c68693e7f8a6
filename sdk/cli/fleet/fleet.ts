/** The hosts of a stack as its state knows them: what commands use that need no engine run. */
import type { ConnectionSpec } from "../../engine/connection/connection";
import type { DockerEngine } from "../../engine/docker/docker-engine";
import type { RecordStore } from "../../engine/record/record-store";
import { DrayageError } from "../../spec/drayage-error";
import type { Chosen } from "../common-options";
import { asDrayageError } from "../render/render-error";
import { type HostState, knownHosts, type StackState } from "../state/stack-state";

export interface FleetHost {
  readonly name: string;
  readonly docker: DockerEngine;
  readonly record: RecordStore;
}

/** How one host is reached; a run dials each host at most once. */
export type Dial = (name: string, connection: ConnectionSpec) => Promise<FleetHost>;

export class Fleet {
  private readonly dialled = new Map<string, Promise<FleetHost>>();

  constructor(
    readonly chosen: Chosen,
    readonly state: StackState,
    private readonly dial: Dial,
  ) {}

  get hosts(): readonly HostState[] {
    return knownHosts(this.state);
  }

  /** @throws NOT_FOUND for a name the state does not know */
  host(name: string): HostState {
    const host = this.hosts.find((it) => it.name === name);
    if (host === undefined) throw this.noHost(name);
    return host;
  }

  /** @throws DrayageError NOT_FOUND for a name the state does not know; HOST_* when it cannot be reached. */
  async connect(name: string): Promise<FleetHost> {
    const dialled = this.dialled.get(name) ?? this.dial(name, this.host(name).connection);
    this.dialled.set(name, dialled);
    return dialled;
  }

  /** All hosts at once; what cannot be reached comes back as errors beside what can. */
  async connectAll(
    names: readonly string[] = this.hosts.map((it) => it.name),
  ): Promise<{ reached: FleetHost[]; failed: DrayageError[] }> {
    const results = await Promise.allSettled(names.map((name) => this.connect(name)));
    return {
      reached: results.flatMap((it) => (it.status === "fulfilled" ? [it.value] : [])),
      failed: results.flatMap((it) => (it.status === "rejected" ? [asDrayageError(it.reason)] : [])),
    };
  }

  private noHost(name: string): DrayageError {
    const names = this.hosts.map((it) => it.name).join(", ");
    return new DrayageError("NOT_FOUND", `Stack ${this.chosen.stack} has no host ${JSON.stringify(name)}.`, {
      hint: names === "" ? "Nothing is deployed yet: `dray up`." : `It has ${names}.`,
    });
  }
}
