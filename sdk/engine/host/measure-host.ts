/** What is measured once per connection. */
export interface MeasuredHost {
  /** /etc/machine-id of the host, read by the mover; undefined before the mover image is there. */
  readonly machineId: string | undefined;
  readonly engineId: string;
  readonly engineVersion: string;
  readonly apiVersion: string;
  /** Docker's words: amd64, arm64. */
  readonly arch: string;
  readonly os: string;
  readonly imageStore: "graphdriver" | "containerd";
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly liveRestore: boolean;
}
