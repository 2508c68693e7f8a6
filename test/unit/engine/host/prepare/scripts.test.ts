import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyScript } from "../../../../../sdk/engine/host/prepare/apply-script";
import { lookScript } from "../../../../../sdk/engine/host/prepare/look-script";
import { planPrepare } from "../../../../../sdk/engine/host/prepare/plan-prepare";
import { prepareRequest } from "../../../../../sdk/engine/host/prepare/prepare-request";
import { shutdownScript } from "../../../../../sdk/engine/host/prepare/shutdown-hook";
import type { PrepareInput } from "../../../../../sdk/spec/prepare";
import { describeUnless } from "../../../../support/describe-unless";
import { amazon, machine, spec, ubuntu } from "./machines";

/** Programs that would change the machine are written down instead of run; files go below a folder of the test's own. */
class Stage {
  readonly root = mkdtempSync(join(tmpdir(), "dray-prepare-"));
  private readonly bin = join(this.root, "stubs");
  private readonly calls = join(this.root, "calls");

  constructor() {
    mkdirSync(this.bin);
    for (const program of ["apt-get", "dpkg", "dnf", "sleep", "systemctl", "apt-cache", "curl"]) this.stub(program, "");
    this.stub("dpkg", 'if [ "$1" = --print-architecture ]; then echo amd64; fi');
  }

  stub(program: string, body: string): void {
    writeFileSync(join(this.bin, program), `#!/bin/sh\necho "${program} $*" >> '${this.calls}'\n${body}\n`);
    chmodSync(join(this.bin, program), 0o755);
  }

  run(request: Readonly<Record<string, string>>) {
    const script = applyScript
      .replace("\nroot=\n", `\nroot='${this.root}'\n`)
      .replace('PATH="$PATH:', `PATH="${this.bin}:$PATH:`);
    const { status, stdout, stderr } = spawnSync("/bin/sh", ["-c", script], { input: prepareRequest(request), encoding: "utf8" });
    return { status, stdout, stderr };
  }

  install(os: string, engine: PrepareInput["engine"] = {}) {
    const facts = { "osRelease:": Buffer.from(os).toString("base64") };
    const operation = planPrepare("rack", machine(facts), spec({ engine: engine ?? {} })).operations.find(
      ({ kind }) => kind === "install engine",
    );
    return this.run({ operation: "install engine", ...(operation?.detail as Record<string, string>) });
  }

  called = (): string[] => readFileSync(this.calls, "utf8").trim().split("\n");
  read = (file: string): string => readFileSync(join(this.root, file), "utf8");
  has = (file: string): boolean => existsSync(join(this.root, file));
}

describe("the script that prepares", () => {
  let stage: Stage;
  beforeEach(() => {
    stage = new Stage();
  });
  afterEach(() => rmSync(stage.root, { recursive: true, force: true }));

  it.each([
    ["look", lookScript],
    ["apply", applyScript],
    ["of a shutdown", shutdownScript],
  ])("is a POSIX script in its mode %s", (_, script) => {
    expect(spawnSync("/bin/sh", ["-n"], { input: script, encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
  });

  it("installs by dnf on Amazon Linux", () => {
    expect(stage.install(amazon)).toMatchObject({ status: 0, stdout: "progress=installing docker\n" });
    expect(stage.called()).toEqual(["dnf -y -q install docker"]);
  });

  it("installs the wanted version by dnf as well", () => {
    expect(stage.install(amazon, { version: "25.0" })).toMatchObject({ status: 0 });
    expect(stage.called()).toEqual(["dnf -y -q install docker-25.0*"]);
  });

  it("installs docker-ce of a version from Docker's repository, whose key it knows", () => {
    const madison = "docker-ce | 5:27.4.0-1~ubuntu | x\ndocker-ce | 5:27.3.1-1~ubuntu | x\ndocker-ce | 5:27.3.0-1~ubuntu | x";
    stage.stub("apt-cache", `echo '${madison}'`);
    stage.stub("curl", 'while [ "$1" != -o ]; do shift; done; echo key > "$2"');
    stage.stub("sha256sum", "cat > /dev/null");
    expect(stage.install(ubuntu, { from: "docker", version: "27.3" })).toMatchObject({ status: 0 });
    expect(stage.called().filter((call) => / install |^curl/.test(call))).toEqual([
      expect.stringMatching(/^curl .* https:\/\/download\.docker\.com\/linux\/ubuntu\/gpg$/),
      expect.stringMatching(/ install docker-ce=5:27\.3\.1-1~ubuntu docker-ce-cli=5:27\.3\.1-1~ubuntu containerd\.io iptables$/),
    ]);
    expect(stage.read("etc/apt/sources.list.d/docker.list")).toMatch(
      /^deb \[arch=amd64 signed-by=\S+docker\.asc\] https:\/\/download\.docker\.com\/linux\/ubuntu noble stable\n$/,
    );
  });

  it("takes nothing from a repository with another key", () => {
    stage.stub("curl", 'while [ "$1" != -o ]; do shift; done; echo another > "$2"');
    const ran = stage.install(ubuntu, { from: "docker" });
    expect(ran).toMatchObject({ status: 1, stderr: expect.stringContaining("nothing was installed") });
    expect(stage.called().join()).not.toMatch(/ install docker/);
    expect(stage.has("etc/apt/sources.list.d/docker.list")).toBe(false);
  });

  it("names the versions on offer where none is the wanted one", () => {
    stage.stub("apt-cache", "echo 'docker.io | 26.1.3-1 | x'");
    const ran = stage.install(ubuntu, { version: "27" });
    expect(ran).toMatchObject({ status: 1, stderr: expect.stringContaining("on offer: 26.1.3-1") });
  });

  it("waits for whoever holds the package manager's lock, and says so", () => {
    const held = "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812 (unattended-upgr)";
    const flag = join(stage.root, "held");
    stage.stub(
      "apt-get",
      `case "$*" in *install*) [ -e '${flag}' ] || { touch '${flag}'; echo '${held}' >&2; exit 100; } ;; esac`,
    );
    expect(stage.install(ubuntu)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("progress=waiting for another package manager"),
    });
    expect(stage.called().filter((call) => call.startsWith("sleep"))).toEqual(["sleep 5"]);
  });

  it("does not wait for ever, and tells the manager's own words", () => {
    stage.stub("apt-get", "echo 'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 9' >&2; exit 100");
    const ran = stage.install(ubuntu);
    expect(ran).toMatchObject({ status: 1, stderr: expect.stringContaining("held its lock for 600 seconds") });
    expect(ran.stderr).toContain("held by process 9");
  });

  it("fails with the manager's words where a package is missing", () => {
    stage.stub("apt-get", 'case "$*" in *install*) echo "E: Unable to locate package docker.io"; exit 100 ;; esac');
    const ran = stage.install(ubuntu);
    expect(ran).toMatchObject({ status: 1, stderr: expect.stringContaining("Unable to locate package") });
    expect(stage.called().filter((call) => call.startsWith("sleep"))).toEqual([]);
  });

  it("goes back to the daemon.json before when the engine does not start with a new one", () => {
    mkdirSync(join(stage.root, "etc/docker"), { recursive: true });
    writeFileSync(join(stage.root, "etc/docker/daemon.json"), "old");
    const content = Buffer.from("new").toString("base64");
    expect(stage.run({ operation: "change daemon.json", content })).toMatchObject({ status: 0 });
    expect(stage.read("etc/docker/daemon.json")).toBe("new");
    stage.stub("systemctl", `[ "$1" = restart ] && grep -q new '${stage.root}/etc/docker/daemon.json' && exit 1; exit 0`);
    expect(stage.run({ operation: "restart engine" })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("runs with the one before"),
    });
    expect([stage.read("etc/docker/daemon.json"), stage.read("etc/docker/daemon.json.drayage-refused")]).toEqual(["old", "new"]);
  });

  // Only root makes a device.
  describeUnless(process.getuid?.() === 0 ? undefined : "not root")("of a disk that is there", () => {
    // A path to it may be away for a moment: what is on it would be gone for good.
    it("formats none that cannot be read, though no signature is found on it", () => {
      const device = join(stage.root, "disk");
      // A loop device without a file behind it: a block device that gives nothing.
      spawnSync("mknod", [device, "b", "7", "250"]);
      stage.stub("blkid", "exit 2");
      stage.stub("mkfs.ext4", "");
      const ran = stage.run({ operation: "format disk", device, filesystem: "ext4" });
      expect(ran).toMatchObject({ status: 3, stderr: expect.stringContaining("cannot be read") });
      expect(stage.called()).not.toContainEqual(expect.stringMatching(/^mkfs/));
    });
  });

  it.each(["/dev/null", "/dev/nothing-there"])("formats no %s", (device) => {
    const ran = stage.run({ operation: "format disk", device, filesystem: "ext4" });
    expect(ran).toMatchObject({ status: 3, stderr: expect.stringContaining("no block device") });
  });

  it("gets its values by a request that can hold nothing but plain words", () => {
    expect(prepareRequest({ a: "/dev/sdb", b: undefined, c: "Zm9v+/=" })).toBe('{"a":"/dev/sdb","c":"Zm9v+/="}\n');
    for (const odd of ['"', "\\", "$(id)", "`id`", "a\nb", "'", ";", "|"])
      expect(() => prepareRequest({ a: odd })).toThrow(expect.objectContaining({ code: "INTERNAL" }));
  });
});
