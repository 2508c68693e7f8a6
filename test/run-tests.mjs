// Runs all tests in two lanes side by side and ends with one line: `N passed, N failed`. Arguments go to jest (`npm test -- lab`).
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const reports = mkdtempSync(join(tmpdir(), "drayage-test-"));

// Much of the time goes into waiting for engines and Pulumi: one lane waits while the other computes. Within a lane suites run one after
// the other: those of integration share this machine's engine, those of e2e the hosts of a lab that each lane has of its own.
const e2e = (lane) => ({
  projects: ["e2e"],
  flags: ["--runInBand", `--shard=${lane}/2`, `--testSequencer=${join(root, "test/support/lane-sequencer.cjs")}`],
});
const lanes = [
  [e2e(1)],
  [
    { projects: ["unit", "component", "architecture"], flags: ["--maxWorkers=1"] },
    // The acceptance test says why it is not run, unless somebody asks for AWS (docs/aws-account.md).
    { projects: ["integration", "acceptance"], flags: ["--runInBand"] },
    e2e(2),
  ],
];

const total = { passed: 0, failed: 0, skipped: 0 };
try {
  await Promise.all(lanes.map((phases, lane) => runLane(phases, join(reports, String(lane)))));
} finally {
  rmSync(reports, { recursive: true, force: true });
}
const skipped = total.skipped === 0 ? "" : `, ${total.skipped} skipped`;
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`);

async function runLane(phases, reportsOfLane) {
  for (const phase of phases) add(await runPhase(phase, `${reportsOfLane}-${phase.projects[0]}.json`));
}

async function runPhase({ projects, flags }, report) {
  const jest = join(root, "node_modules/jest/bin/jest.js");
  const choice = ["--selectProjects", ...projects, "--passWithNoTests", "--json", `--outputFile=${report}`, ...flags];
  // With --json jest writes its results to stdout too; people read its stderr.
  const child = spawn(process.execPath, [jest, ...choice, ...process.argv.slice(2)], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
  });
  printWholeLines(child.stderr);
  const code = await new Promise((resolve) => child.once("close", resolve));
  return { code, report, projects };
}

/** The lanes share the output: no line of one ends in a line of the other. */
function printWholeLines(stream) {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text) => {
    const whole = `${rest}${text}`;
    const end = whole.lastIndexOf("\n") + 1;
    process.stdout.write(whole.slice(0, end));
    rest = whole.slice(end);
  });
  stream.on("end", () => process.stdout.write(rest));
}

function add({ code, report, projects }) {
  const result = readReport(report);
  if (result === undefined) {
    process.stdout.write(`jest ended with ${code} and without a report (${projects.join(", ")})\n`);
    total.failed += 1;
    return;
  }
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  total.passed += result.numPassedTests;
  // A run that failed for another reason (an open handle forced out, a coverage bar) is not a pass either.
  total.failed += failed === 0 && code !== 0 ? 1 : failed;
  total.skipped += result.numPendingTests + result.numTodoTests;
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
