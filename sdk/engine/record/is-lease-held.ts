/** A lease lives as long as the attached mover container that it names. */
import type { DockerEngine } from "../docker/docker-engine";
import type { LeaseRecord } from "./host-record";

/** Also true for one whose container is only paused: it may go on. */
export async function isLeaseHeld(
  docker: Pick<DockerEngine, "inspectContainer">,
  { session }: Pick<LeaseRecord, "session">,
): Promise<boolean> {
  return (await docker.inspectContainer(session))?.State.Running === true;
}
