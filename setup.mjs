// `npm test`, `npm run demo`, `npm run bench`, `npm run clean` begin here, on a machine that may have nothing but Node: no
// dependencies. Installs packages, compiles, then hands over to what was compiled. Steps whose input did not change are skipped.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
const node = process.execPath;
const [command, ...args] = process.argv.slice(2);

const commands = {
  test: { machine: true, run: () => start([node, "test/run-tests.mjs", ...args]) },
  demo: { machine: true, run: () => start([node, "dist/demo/main.js", ...args]) },
  bench: { machine: true, run: () => start([node, "-r", "sucrase/register/ts", "test/bench/main.ts", ...args]) },
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

step(
  "packages",
  join(root, "node_modules", ".drayage-installed"),
  () => [hashOf("package-lock.json"), process.version],
  () => start(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]),
);
step(
  "compile",
  join(root, "dist", ".drayage-compiled"),
  () => [...fingerprint(["sdk", "components", "demo"], /\.ts$/), hashOf("tsconfig.json"), hashOf("package-lock.json")],
  () => start([node, "node_modules/typescript/bin/tsc", "-p", "tsconfig.json"]),
);
if (existsSync(join(root, "sdk/mover/build.mjs"))) {
  step(
    "mover",
    join(root, "dist", ".drayage-mover"),
    () => fingerprint(["sdk/mover"], /\.(go|mod|sum|mjs)$/),
    () => start([node, "sdk/mover/build.mjs"]),
  );
}
if (chosen.machine) orExit(start([node, "dist/sdk/cli/doctor/set-up.js"]));
process.exit(chosen.run());

/** Runs `act` unless the stamp says that it ran with the same input. A failed step leaves no stamp. */
function step(name, stamp, input, act) {
  const began = performance.now();
  const wanted = hashText(JSON.stringify(input()));
  const fresh = existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
  if (!fresh) {
    console.log(`… ${name}`);
    rmSync(stamp, { force: true });
    orExit(act());
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, wanted);
  }
  const seconds = `${((performance.now() - began) / 1000).toFixed(1)} s`.padStart(8);
  console.log(`✓ ${name.padEnd(16)}${seconds}  ${fresh ? "unchanged" : "done"}`);
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

function hashOf(file) {
  return hashText(readFileSync(join(root, file), "utf8"));
}

function hashText(text) {
  return createHash("sha256").update(text).digest("hex");
}

function start([file, ...rest]) {
  const { status, signal, error } = spawnSync(file, rest, { cwd: root, stdio: "inherit" });
  if (error !== undefined) console.error(`${file}: ${error.message}`);
  return status ?? (signal === "SIGINT" ? 130 : 1);
}

function orExit(code) {
  if (code !== 0) process.exit(code);
}
