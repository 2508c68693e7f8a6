/** The public door: what a program imports from "drayage". */
export { type CloudInitArgs, cloudInit } from "./resources/cloud-init";
export { type Environment, environment } from "./resources/environment";
export { Host, type HostArgs } from "./resources/host";
export { HostKey } from "./resources/host-key";
export { Image, type ImageArgs, type ImageRef, type PushArgs } from "./resources/image";
export { LocalHost, type LocalHostArgs } from "./resources/local-host";
export type { ConnectionRef, HostRef, Placeable } from "./resources/placeable";
export { type EndpointRef, type Placement, Workload } from "./resources/workload";
export type { ConfigArgs, NeedsArgs, NetworkArgs, ServiceArgs, VolumeArgs, WorkloadArgs } from "./resources/workload-args";
export type { DifferencesInput, ResourcesInput } from "./spec/differences";
export type { VouchedKey } from "./spec/host";
export {
  type EnvironmentSecret,
  type FileSecret,
  fromEnvironment,
  fromFile,
  fromSops,
  type SecretRef,
  type SopsSecret,
} from "./spec/secret-ref";
