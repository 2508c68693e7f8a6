/** Labels on everything of ours. Immutable identity only: what changes lives in the host record. */
export const label = {
  /** container | volume | network | secrets | configs | helper | reader | forwarder */
  kind: "dev.drayage.kind",
  identity: "dev.drayage.identity",
  /** The stack that made it, for people and for `dray stacks`; ownership is decided by the record. */
  stackUid: "dev.drayage.stack-uid",
  project: "dev.drayage.project",
  stack: "dev.drayage.stack",
  workload: "dev.drayage.workload",
  service: "dev.drayage.service",
  replica: "dev.drayage.replica",
  generation: "dev.drayage.generation",
  /** JSON of the wanted container, without secrets: what a later run compares field by field. */
  spec: "dev.drayage.spec",
  /** Name of a volume, network or secret set in the program. */
  name: "dev.drayage.name",
  /** On images: the content hash they were built from. */
  contentHash: "dev.drayage.content-hash",
} as const;
