import { systemClock } from "../../../../../sdk/cli/system-clock";
import type { Shell, ShellOptions, ShellRun } from "../../../../../sdk/engine/connection/shell";
import { lookScript } from "../../../../../sdk/engine/host/prepare/look-script";
import { planPrepare } from "../../../../../sdk/engine/host/prepare/plan-prepare";
import { applyPreparation, lookForPreview } from "../../../../../sdk/engine/host/prepare/prepare-host";
import { silentReport } from "../../../../../sdk/engine/report";
import type { PrepareSpec } from "../../../../../sdk/spec/prepare";
import {
  blankDisk,
  daemonJson,
  defaults,
  type Facts,
  lookOutput,
  mountedDisk,
  runningEngine,
  spec,
  unmountedDisk,
  withDisk,
} from "./machines";

const done = { ...runningEngine, ...mountedDisk, ...daemonJson({ ...defaults, "data-root": "/srv/data/docker" }) };
/** What somebody sees who is not root: that the disk is there, and where it is mounted. */
const unread = { diskProbe: undefined, diskType: undefined, diskLabel: undefined, diskBytes: undefined, diskTrusted: "yes" };

/** Runs nothing: looks are answered by `seen`, the operations of an apply are written down. */
class FakeShell implements Shell {
  readonly host = "rack";
  readonly spec = { kind: "ssh" as const, address: "rack.example" };
  readonly hostKey = undefined;
  readonly looks: ("user" | "root")[] = [];
  readonly operations: string[] = [];
  readonly given = new Map<string, Readonly<Record<string, string>>>();
  failing: Record<string, ShellRun> = {};

  constructor(private seen: Facts) {}

  async run(script: string, { root = false, input = "" }: ShellOptions = {}): Promise<ShellRun> {
    if (script === lookScript) {
      this.looks.push(root ? "root" : "user");
      const facts = root || this.seen.disk === undefined ? this.seen : { ...this.seen, ...unread };
      return { exitCode: 0, stdout: lookOutput(facts), stderr: "" };
    }
    const { operation = "", ...values } = JSON.parse(input) as Record<string, string>;
    this.operations.push(operation);
    this.given.set(operation, values);
    if (operation === "join group") this.seen = done;
    return this.failing[operation] ?? { exitCode: 0, stdout: "", stderr: "" };
  }

  stream = () => Promise.reject(new Error("not here"));
}

const planFor = async (shell: FakeShell, wanted: PrepareSpec) => planPrepare("rack", await lookForPreview(shell, wanted), wanted);
const context = () => ({ report: silentReport, signal: new AbortController().signal, clock: systemClock });

describe("the preview of a preparation", () => {
  it("needs no root where all is as it should be", async () => {
    const shell = new FakeShell(done);
    expect((await planFor(shell, spec(withDisk))).kind).toBe("none");
    expect(shell.looks).toEqual(["user"]);
  });

  it.each<[string, Facts, string]>([
    ["something is to be done", { ...done, unitActiveState: "inactive" }, "start engine"],
    ["a disk is not mounted, whose content only root can read", { ...done, ...unmountedDisk }, "mount disk"],
    ["nothing was done yet", blankDisk, "format disk"],
  ])("is by root where %s", async (_, facts, first) => {
    const shell = new FakeShell(facts);
    const plan = await planFor(shell, spec(withDisk));
    expect([shell.looks, plan.operations[0]?.id]).toEqual([["user", "root"], first]);
  });

  it("is refused by what root sees", async () => {
    const foreign = { ...done, ...unmountedDisk, diskLabel: "photos" };
    await expect(planFor(new FakeShell(foreign), spec(withDisk))).rejects.toMatchObject({ code: "DISK_REFUSED" });
  });
});

describe("the apply of a preparation", () => {
  it("does what the plan says, one after the other, and looks whether that was all", async () => {
    const shell = new FakeShell(blankDisk);
    const { plan, observed } = await applyPreparation(shell, spec(withDisk), { context: context() });
    expect(shell.operations).toEqual(plan.operations.map(({ id }) => id));
    expect(observed.engine?.active).toBe(true);
    expect(shell.looks).toEqual(["user", "root", "root"]);
  });

  // A plan is printed, and saved to a file; the daemon.json of a host may hold a proxy's password.
  it("gives the script the files to write, and the plan nothing of them", async () => {
    const secret = { proxies: { "http-proxy": "http://me:hunter2@proxy.example" } };
    const shell = new FakeShell({ ...done, ...daemonJson(secret), groups: "deploy" });
    const { plan } = await applyPreparation(shell, spec(withDisk), { context: context() });
    const written = Buffer.from(shell.given.get("change daemon.json")?.content ?? "", "base64").toString();
    expect(JSON.parse(written)).toMatchObject({ ...secret, "live-restore": true });
    expect(plan.operations.map(({ id, detail }) => [id, detail])).toEqual([
      ["change daemon.json", {}],
      ["restart engine", {}],
      ["join group", {}],
    ]);
  });

  it("does nothing where nothing is to be done", async () => {
    const shell = new FakeShell(done);
    await applyPreparation(shell, spec(withDisk), { context: context() });
    expect([shell.operations, shell.looks]).toEqual([[], ["user"]]);
  });

  it("formats no disk that the agreed plan did not format", async () => {
    const shell = new FakeShell(blankDisk);
    const reviewed = await planFor(new FakeShell({}), spec());
    const apply = applyPreparation(shell, spec(withDisk), { context: context(), reviewed });
    await expect(apply).rejects.toMatchObject({ code: "WORLD_MOVED", message: expect.stringContaining("format disk") });
    expect(shell.operations).toEqual([]);
  });

  it.each([
    [1, "PREPARE_FAILED"],
    [3, "WORLD_MOVED"],
  ])("stops at a failure with the words of what failed: exit code %i", async (exitCode, code) => {
    const shell = new FakeShell(blankDisk);
    shell.failing["mount disk"] = { exitCode, stdout: "", stderr: "mount: bad superblock\nthe disk is not mounted\n" };
    const apply = applyPreparation(shell, spec(withDisk), { context: context() });
    await expect(apply).rejects.toMatchObject({
      code,
      subject: "rack",
      message: expect.stringContaining("the disk is not mounted"),
    });
    expect(shell.operations).toEqual(["format disk", "mount disk"]);
  });

  it("says so when all was done and something undoes it", async () => {
    const shell = new FakeShell({ ...done, groups: "deploy docker", unitUnitFileState: "disabled" });
    await expect(applyPreparation(shell, spec(withDisk), { context: context() })).rejects.toMatchObject({
      code: "PREPARE_FAILED",
      message: expect.stringContaining("there is more to do: enable engine"),
    });
  });
});
