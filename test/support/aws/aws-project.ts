/** The plain program of test/fixtures/programs/aws-plain, or another, with an AWS of its own: everything goes with `remove`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type InlineResult, makeEchoProject } from "../echo-project";
import { makeZone } from "./make-zone";
import { type Aws, type AwsOptions, startAws } from "./start-aws";

export const plainProgram = readFileSync(join(__dirname, "../../fixtures/programs/aws-plain/index.ts"), "utf8");

export async function makeAwsProject(program = plainProgram, options: AwsOptions = {}) {
  const aws: Aws = await startAws(options);
  const project = makeEchoProject(program, { ...aws.env, ZONE_ID: await makeZone(aws, "example.test") });
  return {
    aws,
    project,
    /** What the engine called an error, beside whether it succeeded: `[0, []]`. */
    ended: ({ exitCode, diagnostics }: InlineResult) => [
      exitCode,
      diagnostics.filter(({ severity }) => severity === "error").map(({ text }) => text),
    ],
    async remove() {
      project.remove();
      await aws.stop();
    },
  };
}

export type AwsProject = Awaited<ReturnType<typeof makeAwsProject>>;
