/** Stop the container, tar its volume over ssh into a volume of the other host, start it there: the image is on both already. */
import { spawn } from "node:child_process";
import { Transform } from "node:stream";
import type { BenchLab } from "../lab/bench-lab";

const container = "docker ps -q --filter publish=5432 --filter label=dev.drayage.identity";
const dataPath = "/var/lib/postgresql/data";

export async function carryByHand(
  lab: BenchLab,
  { from, to }: { from: string; to: string },
): Promise<{ seconds: number; bytes: number }> {
  const began = performance.now();
  const id = await one(lab, from, container);
  const image = await one(lab, from, `docker inspect --format '{{.Image}}' ${id}`);
  const mount = `{{range .Mounts}}{{if eq .Destination "${dataPath}"}}{{.Name}}{{end}}{{end}}`;
  const volume = await one(lab, from, `docker inspect --format '${mount}' ${id}`);
  await lab.ssh(to, "docker volume create by-hand");
  // What Docker copies from the image into a new volume would lie below the data.
  const tool = (name: string, flags: string) =>
    `docker run --rm ${flags} --user 0 -v ${name}:/v:nocopy --entrypoint tar ${image}`;
  await lab.ssh(from, `docker stop --time 30 ${id}`);
  const bytes = await pipe(lab, from, `${tool(volume, "")} -C /v -cf - .`, to, `${tool("by-hand", "-i")} -C /v -xpf -`);
  const environment = "-e POSTGRES_USER=shop -e POSTGRES_PASSWORD=bench --shm-size 128m";
  await lab.ssh(to, `docker run -d --name by-hand -p 5432:5432 ${environment} -v by-hand:${dataPath} ${image}`);
  return { seconds: (performance.now() - began) / 1000, bytes };
}

async function one(lab: BenchLab, host: string, command: string): Promise<string> {
  const text = (await lab.ssh(host, command)).stdout.trim();
  if (!/^\S+$/.test(text)) throw new Error(`${host}: one answer was expected of ${command}, not ${JSON.stringify(text)}`);
  return text;
}

async function pipe(lab: BenchLab, from: string, read: string, to: string, write: string): Promise<number> {
  const source = spawn("ssh", [...lab.sshArguments(from), read], { stdio: ["ignore", "pipe", "inherit"] });
  const target = spawn("ssh", [...lab.sshArguments(to), write], { stdio: ["pipe", "ignore", "inherit"] });
  const codes = Promise.all(
    [source, target].map((child) => new Promise<number>((done) => child.once("close", (code) => done(code ?? 1)))),
  );
  let bytes = 0;
  const counted = new Transform({
    highWaterMark: 1 << 18,
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  // The reading tar leaves at the archive's end and not at the pipe's: the padding behind it finds nobody.
  target.stdin.on("error", () => source.stdout.resume());
  source.stdout.pipe(counted).pipe(target.stdin);
  const failed = (await codes).filter((code) => code !== 0);
  if (failed.length > 0) throw new Error(`tar from ${from} to ${to} ended with ${failed.join(" and ")}`);
  return bytes;
}
