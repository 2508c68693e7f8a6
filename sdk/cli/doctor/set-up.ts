/** Second half of `setup.mjs`, after the compiler: finds or obtains what the demo and the tests need, each step with its time. */
import { silentReport } from "../../engine/report";
import { paintFor } from "../terminal/process-terminal";
import { allChecks } from "./all-checks";
import type { Check } from "./check";
import { motoCheck } from "./checks/moto";
import { sshServerCheck } from "./checks/ssh-server";
import { ageCheck, registryCheck, sopsCheck } from "./checks/test-tools";
import { renderCheck } from "./render-checks";
import { obtainAll } from "./run-checks";
import { thisMachine } from "./this-machine";

/** `command`: what the machine is set up for; what only tests need is not obtained for the others. */
async function setUp(command: string | undefined): Promise<number> {
  const paint = paintFor(process.stdout.isTTY === true, process.env);
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const report = { ...silentReport, say: (_severity: string, text: string) => print(`  ${text}`) };
  const machine = thisMachine(process.env, report);
  const outcomes = await obtainAll(checksFor(command), machine, (checked) => print(renderCheck(checked, paint)));
  return outcomes.every((outcome) => outcome.ok) ? 0 : 1;
}

function checksFor(command: string | undefined): readonly Check[] {
  const forTests = command === "test" || command === "set-up" ? [registryCheck, ageCheck, sopsCheck, motoCheck] : [];
  return [...allChecks, sshServerCheck, ...forTests];
}

void setUp(process.argv[2]).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
