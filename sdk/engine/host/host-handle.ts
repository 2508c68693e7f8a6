/** One reachable host in a run: its connection, its engine, its record. Everything that acts on a host gets one of these. */
import type { HostTraitsInput } from "../../spec/host-traits";
import type { Connection } from "../connection/connection";
import type { DockerEngine } from "../docker/docker-engine";
import type { RecordStore } from "../record/record-store";
import type { MeasuredHost } from "./measure-host";

export interface HostHandle {
  readonly name: string;
  readonly connection: Connection;
  readonly docker: DockerEngine;
  readonly record: RecordStore;
  readonly measured: MeasuredHost;
  /** As the program writes them by now, or as the state has them: asked when they are needed. Absent: nobody knows of any. */
  readonly traits?: () => HostTraitsInput | undefined;
}
