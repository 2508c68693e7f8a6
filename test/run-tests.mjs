// Runs all tests in two phases and ends with one line: `N passed, N failed`. Arguments go to jest (`npm test -- lab`).
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const reports = mkdtempSync(join(tmpdir(), "drayage-test-"));

// The second phase shares one engine, so its suites run one after the other.
const phases = [
  { projects: ["unit", "component", "architecture"], flags: [] },
  { projects: ["integration", "e2e"], flags: ["--runInBand"] },
];

const total = { passed: 0, failed: 0, skipped: 0 };
try {
  for (const [index, phase] of phases.entries()) add(await runPhase(phase, join(reports, `${index}.json`)));
} finally {
  rmSync(reports, { recursive: true, force: true });
}
const skipped = total.skipped === 0 ? "" : `, ${total.skipped} skipped`;
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`);

async function runPhase({ projects, flags }, report) {
  const jest = join(root, "node_modules/jest/bin/jest.js");
  const choice = ["--selectProjects", ...projects, "--passWithNoTests", "--json", `--outputFile=${report}`, ...flags];
  // With --json jest writes its results to stdout too; people read its stderr.
  const child = spawn(process.execPath, [jest, ...choice, ...process.argv.slice(2)], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
  });
  child.stderr.pipe(process.stdout, { end: false });
  const code = await new Promise((resolve) => child.once("close", resolve));
  return { code, report, projects };
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
