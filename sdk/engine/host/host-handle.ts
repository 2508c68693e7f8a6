/** One reachable host in a run: its connection, its engine, its record. Everything that acts on a host gets one of these. */
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
}
