// `npm test`, `npm run demo`, `npm run bench`, `npm run clean` begin here, on a machine that may have nothing but Node: no
// dependencies. Installs packages, compiles, then hands over to what was compiled. Steps whose input did not change are skipped.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
const node = process.execPath;
const compiledStamp = join(root, "dist", ".drayage-compiled");
const [command, ...args] = process.argv.slice(2);

const commands = {
  test: { machine: true, run: () => start([node, "test/run-tests.mjs", ...args]) },
  demo: { machine: true, run: () => start([node, "dist/demo/main.js", ...args]) },
  bench: { machine: true, run: () => start([node, "dist/test/bench/main.js", ...args]) },
  clean: { machine: false, run: () => start([node, "dist/sdk/cli/doctor/clean.js", ...args]) },
  "set-up": { machine: true, run: () => 0 },
};

const chosen = commands[command];
if (chosen === undefined) {
  console.error(`usage: node setup.mjs ${Object.keys(commands).join("|")} [arguments]`);
  process.exit(1);
}
if (Number(process.versions.node.split(".")[0]) < 20) {
  console.error(`Node 20 or newer is needed; this is ${process.versions.node}.`);
  process.exit(1);
}

step("packages", packagesAreInstalled, () => start(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]));
step("compile", compiledIsFresh, () => {
  rmSync(compiledStamp, { force: true });
  const sources = fingerprintOfSources();
  const code = start([node, "node_modules/typescript/bin/tsc", "-p", "tsconfig.json"]);
  if (code === 0) writeFileSync(compiledStamp, sources);
  return code;
});
// It knows by itself whether there is something to do, and is silent then.
step(
  "mover",
  () => false,
  () => start([node, "sdk/mover/build.mjs"]),
);
if (chosen.machine) orExit(start([node, "dist/sdk/cli/doctor/set-up.js", command]));
process.exit(chosen.run());

/** Runs `act` unless what it would make is there already. */
function step(name, isFresh, act) {
  const began = performance.now();
  const fresh = isFresh();
  if (!fresh) orExit(act());
  const seconds = `${((performance.now() - began) / 1000).toFixed(1)} s`.padStart(8);
  console.log(`✓ ${name.padEnd(16)}${seconds}  ${fresh ? "unchanged" : "done"}`);
}

/** npm keeps its own lock file of what it installed; packages of other platforms are optional and rightly absent. */
function packagesAreInstalled() {
  const installed = readJson("node_modules/.package-lock.json")?.packages;
  const wanted = readJson("package-lock.json").packages;
  if (installed === undefined) return false;
  const missing = ([path, { version, optional }]) => path !== "" && !optional && installed[path]?.version !== version;
  return !Object.entries(wanted).some(missing);
}

function compiledIsFresh() {
  return existsSync(compiledStamp) && readFileSync(compiledStamp, "utf8") === fingerprintOfSources();
}

function fingerprintOfSources() {
  const files = fingerprint(["sdk", "components", "demo", "test/bench", "test/support"], /\.ts$/);
  const settings = ["tsconfig.json", "package-lock.json"].map((file) => readFileSync(join(root, file), "utf8"));
  return createHash("sha256")
    .update([...files, ...settings].join("\n"))
    .digest("hex");
}

/** Path, size and time of every matching file: what tells a changed tree in milliseconds. */
function fingerprint(folders, pattern) {
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) return entry.name === "node_modules" ? [] : fingerprint([path], pattern);
        if (!pattern.test(entry.name)) return [];
        const { size, mtimeMs } = statSync(join(root, path));
        return [`${path} ${size} ${mtimeMs}`];
      }),
    );
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), "utf8"));
  } catch {
    return undefined;
  }
}

function start([file, ...rest]) {
  const { status, signal, error } = spawnSync(file, rest, { cwd: root, stdio: "inherit" });
  if (error !== undefined) console.error(`${file}: ${error.message}`);
  return status ?? (signal === "SIGINT" ? 130 : 1);
}

function orExit(code) {
  if (code !== 0) process.exit(code);
}
