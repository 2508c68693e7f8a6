import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { Check, Found, Machine } from "../check";
import { runProgram } from "../run-program";

/** A `docker` that can build with BuildKit: with the buildx plugin, or before 23.0, when BuildKit was built in. */
export const buildkitClientCheck: Check = {
  name: "buildkit client",
  hint: "Install a docker command line with buildx (Debian: `apt-get install docker.io`; others: docker-buildx-plugin).",
  look: async (machine) => {
    const answers = await Promise.all((await dockersOnPath(machine)).map((docker) => ask(docker, machine)));
    return answers.find((answer) => answer.ok) ?? answers[0] ?? { ok: false, detail: "there is no docker command" };
  },
};

async function dockersOnPath({ env }: Machine): Promise<string[]> {
  const candidates = (env.PATH ?? "").split(delimiter).map((folder) => join(folder, "docker"));
  const there = await Promise.all(
    candidates.map((file) =>
      access(file, constants.X_OK).then(
        () => [file],
        () => [],
      ),
    ),
  );
  return [...new Set(there.flat())];
}

async function ask(docker: string, { env }: Machine): Promise<Found> {
  const [buildx, client] = await Promise.all([
    runProgram(docker, ["buildx", "version"], { env }),
    runProgram(docker, ["--version"], { env }),
  ]);
  if (buildx.code === 0) return { ok: true, detail: `${docker}, ${buildx.stdout.trim().split(" ").slice(0, 2).join(" ")}` };
  const version = /version (\d+)[\d.]*/.exec(client.stdout);
  const ok = version !== null && Number(version[1]) < 23 && Number(version[1]) >= 19;
  return { ok, detail: ok ? `${docker}, ${version[0]}, BuildKit built in` : `${docker} has no buildx` };
}
