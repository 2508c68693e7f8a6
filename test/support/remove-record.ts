/** A record in a folder of the test's own, and the container that reads it: gone without a trace. */
import { randomBytes } from "node:crypto";
import type { DockerEngine } from "../../sdk/engine/docker/docker-engine";

/** @param dir below /var/lib. */
export async function removeRecord(docker: DockerEngine, dir: string): Promise<void> {
  for (const { Id, Mounts } of await docker.listContainers({ label: ["dev.drayage.kind=reader"] })) {
    if (Mounts.some((mount) => mount.Source === dir)) await docker.removeContainer(Id);
  }
  await docker.runOnce(`clean-${randomBytes(3).toString("hex")}`, {
    Image: "debian:bookworm-slim",
    Cmd: ["rm", "-rf", dir.replace("/var/lib", "/lib-of-host")],
    HostConfig: { Binds: ["/var/lib:/lib-of-host"] },
  });
}
