/** What a person does over ssh to see whether two hosts run the same: inspect, a checksum of every file, a sorted dump. */
import type { BenchLab } from "../lab/bench-lab";

const service = (name: string) =>
  `$(docker ps -q --filter label=dev.drayage.kind=container --filter label=dev.drayage.service=${name})`;
const sums = "cd /assets && find . -type f -print0 | sort -z | xargs -0 sha256sum";
const dump = "pg_dump --username=shop shop | grep -Ev '^.(un)?restrict ' | sort | sha256sum";

/** Both hosts at once. @throws when they differ: then it was not the same work. */
export async function checkByHand(lab: BenchLab, hosts: readonly string[]): Promise<number> {
  const began = performance.now();
  const found = await Promise.all(hosts.map((host) => lookByHand(lab, host)));
  const seconds = (performance.now() - began) / 1000;
  if (new Set(found).size !== 1) throw new Error(`by hand the hosts differ: ${found.join(" ")}`);
  return seconds;
}

async function lookByHand(lab: BenchLab, host: string): Promise<string> {
  const all = "docker ps -q --filter label=dev.drayage.kind=container";
  const script = `docker inspect $(${all}) > /dev/null && docker exec ${service("web")} sh -c "${sums}" | sha256sum && docker exec ${service("db")} bash -c "${dump}"`;
  return (await lab.ssh(host, script)).stdout;
}

export async function shaSum(lab: BenchLab, host: string): Promise<number> {
  const began = performance.now();
  await lab.ssh(host, `docker exec ${service("web")} sh -c "${sums}" | sha256sum`);
  return (performance.now() - began) / 1000;
}

/** Files of 2 MB, the same on every host. */
export async function fillAssets(lab: BenchLab, host: string, megabytes: number): Promise<void> {
  const files = Math.max(8, Math.round(megabytes / 2));
  const script = `i=0; while [ \\$i -lt ${files} ]; do seq -f \\"file \\$i line %.0f\\" 1 130000 | head -c 2000000 > /assets/\\$i; i=\\$((i+1)); done`;
  await lab.ssh(host, `docker exec --user 0 ${service("web")} sh -c "${script}"`);
}

export async function assetsVolume(lab: BenchLab, host: string): Promise<string> {
  return (await lab.ssh(host, "docker volume ls -q --filter label=dev.drayage.name=assets")).stdout.trim();
}

/** One byte of a file, one row of the database. */
export async function changeByHand(lab: BenchLab, host: string): Promise<void> {
  const byte = "printf X | dd of=/assets/7 bs=1 seek=1000000 conv=notrunc status=none";
  await lab.ssh(host, `docker exec --user 0 ${service("web")} sh -c "${byte}"`);
  const row = "insert into orders (item, quantity) values ('tea', 1)";
  await lab.ssh(host, `docker exec ${service("db")} psql --quiet --username=shop --command="${row}"`);
}
