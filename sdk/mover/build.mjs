// Builds dist/mover/mover-linux-{amd64,arm64} when the sources are newer. Prints nothing when there is nothing to do.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const sourceDir = fileURLToPath(new URL(".", import.meta.url));
const outDir = join(sourceDir, "../../dist/mover");
const sources = readdirSync(sourceDir).filter((f) => /\.(go|mod|sum)$/.test(f) && !f.endsWith("_test.go"));
const newest = Math.max(...sources.map((f) => statSync(join(sourceDir, f)).mtimeMs));

for (const arch of ["amd64", "arm64"]) {
  const target = join(outDir, `mover-linux-${arch}`);
  if (existsSync(target) && statSync(target).mtimeMs >= newest) continue;
  mkdirSync(outDir, { recursive: true });
  const started = Date.now();
  build(arch, target);
  console.log(
    `mover linux/${arch}: ${(statSync(target).size / 1e6).toFixed(1)} MB in ${((Date.now() - started) / 1000).toFixed(1)} s`,
  );
}

function build(arch, target) {
  const part = `${target}.part`;
  const args = ["build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid=", "-o", part, "."];
  const env = { ...process.env, CGO_ENABLED: "0", GOOS: "linux", GOARCH: arch, GOFLAGS: "-mod=readonly" };
  const result = spawnSync("go", args, { cwd: sourceDir, env, stdio: ["ignore", "inherit", "inherit"] });
  if (result.error?.code === "ENOENT") {
    console.error(`Go is not installed. Install Go 1.21 or newer, or build in a container:
  docker build --build-arg TARGETARCH=${arch} --output type=local,dest=${outDir} ${sourceDir}`);
    process.exit(1);
  }
  if (result.status !== 0) process.exit(result.status ?? 1);
  renameSync(part, target);
}
