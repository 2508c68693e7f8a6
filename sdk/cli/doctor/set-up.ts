/** Second half of `setup.mjs`, after the compiler: finds or obtains what the demo and the tests need, each step with its time. */
import { silentReport } from "../../engine/report";
import { paintFor } from "../terminal/process-terminal";
import { allChecks } from "./all-checks";
import { sshServerCheck } from "./checks/ssh-server";
import { renderCheck } from "./render-checks";
import { obtainAll } from "./run-checks";
import { thisMachine } from "./this-machine";

async function setUp(): Promise<number> {
  const paint = paintFor(process.stdout.isTTY === true, process.env);
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const report = { ...silentReport, say: (_severity: string, text: string) => print(`  ${text}`) };
  const machine = thisMachine(process.env, report);
  const outcomes = await obtainAll([...allChecks, sshServerCheck], machine, (checked) => print(renderCheck(checked, paint)));
  return outcomes.every((outcome) => outcome.ok) ? 0 : 1;
}

void setUp().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
