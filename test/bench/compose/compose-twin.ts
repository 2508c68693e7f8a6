/** The three-tier stack once more on the same host, written for Compose: equal images and settings, ports of its own. */
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { run } from "../../../demo/workspace";
import type { BenchContext } from "../bench";
import type { BenchLab } from "../lab/bench-lab";

export interface ComposeTwin {
  /** Seconds of `docker compose up -d` over ssh://. @throws when it started something. */
  unchangedUp(): Promise<number>;
}

export async function openComposeTwin(context: BenchContext, lab: BenchLab, compose: string): Promise<ComposeTwin> {
  const folder = join(lab.folder, "compose");
  const bin = join(folder, "bin");
  await mkdir(bin, { recursive: true });
  await writeFile(join(folder, "compose.yaml"), stringify(composeFile(await imagesOnRack(lab))));
  await writeSsh(lab, join(bin, "ssh"));
  const { user, address, port } = hostOf(lab);
  const env = {
    ...context.env,
    PATH: `${bin}:${context.env.PATH ?? ""}`,
    DOCKER_HOST: `ssh://${user}@${address}:${port}`,
    HOME: folder,
  };
  const up = async (...flags: string[]) => {
    const ran = await run(compose, ["-p", "twin", "up", "-d", ...flags], folder, { env, signal: context.signal });
    if (ran.exitCode !== 0) throw new Error(`docker compose up ended with ${ran.exitCode}: ${ran.stderr.trim().slice(-600)}`);
    return ran;
  };
  context.say(`the same for Compose in ${(await up("--wait")).seconds.toFixed(1)} s`);
  return {
    async unchangedUp() {
      const ran = await up();
      if (/Created|Recreated|Started/.test(ran.stderr)) throw new Error(`Compose found something to do: ${ran.stderr}`);
      return ran.seconds;
    },
  };
}

const services = ["web", "api", "db"] as const;
type Service = (typeof services)[number];

/** Ids of the images that our containers on the host run. */
async function imagesOnRack(lab: BenchLab): Promise<Record<Service, string>> {
  const { stdout } = await lab.ssh(
    "rack",
    "docker ps --no-trunc --filter label=dev.drayage.identity --format '{{.Names}} {{.Image}}'",
  );
  const lines = stdout.trim().split("\n");
  const found = services.map((service) => {
    const name = lines.find((line) => line.includes(`-${service}-1-`))?.split(" ")[0];
    if (name === undefined) throw new Error(`no container of ${service} runs on rack:\n${stdout}`);
    return [service, name] as const;
  });
  const images = found.map(async ([service, name]) => {
    await lab.ssh("rack", `docker tag $(docker inspect --format '{{.Image}}' ${name}) bench/${service}:1`);
    return [service, `bench/${service}:1`];
  });
  return Object.fromEntries(await Promise.all(images)) as Record<Service, string>;
}

function composeFile(image: Record<Service, string>): object {
  const common = { restart: "unless-stopped", pull_policy: "never" };
  const probe = { interval: "5s", start_period: "60s", retries: 12 };
  return {
    services: {
      web: {
        ...common,
        image: image.web,
        ports: ["18080:80"],
        depends_on: { api: { condition: "service_healthy" } },
      },
      api: {
        ...common,
        image: image.api,
        environment: {
          SPRING_DATASOURCE_URL: "jdbc:postgresql://db/shop",
          SPRING_DATASOURCE_USERNAME: "shop",
          SPRING_DATASOURCE_PASSWORD: "bench",
        },
        // Its image has no curl; bash alone can ask whether the port answers.
        healthcheck: { ...probe, test: ["CMD", "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080"] },
        depends_on: { db: { condition: "service_healthy" } },
      },
      db: {
        ...common,
        image: image.db,
        environment: { POSTGRES_USER: "shop", POSTGRES_PASSWORD: "bench" },
        ports: ["15432:5432"],
        volumes: ["data:/var/lib/postgresql/data"],
        healthcheck: { ...probe, test: ["CMD", "pg_isready", "--username=shop", "--host=127.0.0.1"] },
        stop_grace_period: "30s",
        shm_size: "128mb",
      },
    },
    volumes: { data: {} },
  };
}

const hostOf = ({ state }: BenchLab) => {
  const host = state.hosts.find(({ name }) => name === "rack");
  if (host === undefined) throw new Error("the lab has no host rack");
  return host;
};

/** Compose starts `ssh` with what its URL says; key and host key come from here. A process that only becomes another costs 1 ms. */
async function writeSsh(lab: BenchLab, path: string): Promise<void> {
  const args = lab.sshArguments("rack");
  const flags = args.slice(0, args.indexOf("-p"));
  const quoted = flags.map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  await writeFile(path, `#!/bin/sh\nPATH=\${PATH#*:}\nexec ssh ${quoted.join(" ")} "$@"\n`);
  await chmod(path, 0o755);
}
