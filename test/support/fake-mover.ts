/** Helper containers on a fake engine: they find room for everything, and no process that holds anything. */
import { PassThrough } from "node:stream";
import type { Attached, DockerEngine } from "../../sdk/engine/docker/docker-engine";
import { readLines } from "../../sdk/engine/host/mover-lines";

export function withMover(docker: DockerEngine): DockerEngine {
  let made = 0;
  const answers: Partial<DockerEngine> = {
    info: async () => ({ ...(await docker.info()), rootDir: "/var/lib/docker" }),
    inspectImage: async (ref) => (isMover(ref) ? ({ Architecture: "amd64" } as never) : docker.inspectImage(ref)),
    createContainer: async (name, body, platform) => {
      made += 1;
      return isMover(body.Image ?? "") ? `helper-${made}` : docker.createContainer(name, body, platform);
    },
    startContainer: async (id) => (isHelper(id) ? undefined : docker.startContainer(id)),
    attach: async () => attached(),
    runOnce: async () => ({ exitCode: 0, stdout: Buffer.from('{"freeBytes":1e12,"taken":[]}'), stderr: Buffer.alloc(0) }),
  };
  return new Proxy(docker, {
    get(target, name) {
      const value: unknown = Reflect.get(answers, name) ?? Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

const isMover = (ref: string) => ref.startsWith("drayage/mover:");
const isHelper = (id: string) => id.startsWith("helper-");

function attached(): Attached {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const answer = ({ id }: { id?: unknown }) => stdout.write(`${JSON.stringify({ id, holders: [] })}\n`);
  void readLines(stdin, answer).then(() => stdout.end());
  return { stdin, stdout, stderr: stderr.end(), close: () => undefined };
}
