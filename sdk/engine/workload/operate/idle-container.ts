/** A container that never starts: a way to read an image's files or to write into a volume through the archive API. */
import type { ContainerBody, DockerEngine } from "../../docker/docker-engine";
import { label } from "../../labels";

/** `name` is the same for the same work, so that what a killed run left is found by the next one. */
export async function withIdleContainer<T>(
  docker: DockerEngine,
  name: string,
  body: ContainerBody,
  work: (container: string) => Promise<T>,
): Promise<T> {
  const left = await docker.inspectContainer(name);
  if (left?.Config.Labels?.[label.kind] === "helper") await docker.removeContainer(left.Id, { force: true });
  const id = await docker.createContainer(name, { ...body, Labels: { [label.kind]: "helper" } });
  try {
    return await work(id);
  } finally {
    await docker.removeContainer(id);
  }
}
