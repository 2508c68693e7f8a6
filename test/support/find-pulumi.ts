import { existsSync } from "node:fs";
import { placesOfPulumi } from "../../sdk/cli/doctor/pulumi/find-pulumi";

/** The Pulumi command that set-up found or built. */
export function testPulumi(): string {
  const found = placesOfPulumi(process.env).find(({ path }) => existsSync(path));
  if (found === undefined) throw new Error("no pulumi command: `npm test` gets one");
  return found.path;
}
