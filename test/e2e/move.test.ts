import { readFileSync } from "node:fs";
import type { Receipt } from "../../sdk/engine/receipt/receipt";
import type { ReceiptSummary } from "../../sdk/engine/receipt/receipt-summary";
import { readHostRecord } from "../support/e2e/host-record";
import { killAt } from "../support/e2e/kill-at";
import { NotesClient, openNotes } from "../support/e2e/notes";
import { steadyClient } from "../support/e2e/steady-client";
import { type TestHost, type TestHosts, testHosts } from "../support/e2e/test-hosts";
import type { TestProgram } from "../support/e2e/test-program";

jest.setTimeout(180_000);

function provedInState({ stateFile }: TestProgram): string | undefined {
  const { checkpoint } = JSON.parse(readFileSync(stateFile, "utf8")) as {
    checkpoint: { latest: { resources: { type: string; outputs?: { receipt?: ReceiptSummary } }[] } };
  };
  const workload = checkpoint.latest.resources.find(({ type }) => type === "drayage:index:Workload");
  return workload?.outputs?.receipt?.data.data?.hash;
}

const port = 18181;
const cloudHost = 'const cloud = new Host("cloud", config.requireObject<HostArgs>("cloud"));';
const thirdHost = [cloudHost, `${cloudHost}\n${cloudHost.replaceAll("cloud", "third")}`] as const;
/** What a preview may do to learn sizes and ports: probes that read and remove themselves. */
const isHelper = /drayage-|^network (dis)?connect (none|host)$/;

describe("a workload whose host changes", () => {
  let hosts: TestHosts;
  let program: TestProgram;
  const written: string[] = [];

  const clientOf = (host: TestHost) => new NotesClient(host.address, port);
  const runningOn = async (host: TestHost) => (await host.engine.running(program.stackUid)).length;
  const wish = (from: "rack" | "cloud", to: "rack" | "cloud" | "third") => program.edit(`host: ${from}`, `host: ${to}`);
  const entryOn = async (host: TestHost) =>
    Object.values((await readHostRecord(host)).workloads).find(({ owner }) => owner.stackUid === program.stackUid);
  const write = async (host: TestHost, note: string) => {
    await clientOf(host).add(note);
    written.push(note);
  };
  const forwardersOn = async (host: TestHost) => (await host.engine.forwarders(program.stackUid)).map(({ state }) => state);
  /** One place serves with every note, the other runs nothing but forwards to it, no helper is left anywhere. */
  const livesOnlyOn = async (here: TestHost, there: TestHost) => {
    await clientOf(here).answersWithin(5);
    expect(await clientOf(here).notes()).toEqual(written);
    expect([await runningOn(here), await runningOn(there)]).toEqual([1, 0]);
    expect(await there.engine.containers(program.stackUid)).toEqual([]);
    expect([await forwardersOn(here), await forwardersOn(there)]).toEqual([[], ["running"]]);
    expect(await clientOf(there).notes()).toEqual(written);
    expect([...(await here.engine.helpers()), ...(await there.engine.helpers())]).toEqual([]);
  };

  beforeAll(async () => {
    hosts = await testHosts("third");
    const engines = [hosts.rack, hosts.cloud, hosts.third].map(({ engine }) => engine);
    program = await openNotes({ stack: "move", hosts, engines, port, edits: [thirdHost] });
    await program.up();
    await write(hosts.rack, "written on rack");
  });

  afterAll(() => program?.remove());

  it("previews sizes, outage with its parts, what is kept where and how to go back, and changes nothing", async () => {
    wish("rack", "cloud");
    const before = Date.now();
    const { stdout } = await program.does("preview");
    for (const told of [
      /copy volume data/,
      /outage\s+app/,
      /free on cloud/,
      /kept on rack/,
      /rack forwards 18181 to cloud/,
      /--back/,
    ])
      expect(stdout).toMatch(told);
    expect(await hosts.rack.engine.running(program.stackUid)).toHaveLength(1);
    expect((await hosts.cloud.engine.changesSince(before)).filter((change) => !isHelper.test(change))).toEqual([]);
  });

  it("moves there with its data, and the second up changes nothing", async () => {
    const client = steadyClient(() => clientOf(hosts.rack).notes());
    const { stdout } = await program.up();
    const seen = await client.stop();
    const [, outage = "", unit] = /outage of app\s+([\d.]+) (m?s) measured/.exec(stdout) ?? [];
    expect(Number(outage)).toBeGreaterThan(0);
    // Who dials only the old host meets the pause of the move, and what its forwarder takes to start; then nothing. A question that
    // met neither of them gives up after three seconds.
    expect(seen.longestGapSeconds).toBeLessThan(Number(outage) / (unit === "ms" ? 1000 : 1) + 5);
    await livesOnlyOn(hosts.cloud, hosts.rack);
    const before = await hosts.rack.engine.forwarders(program.stackUid);
    expect((await program.up()).stdout).toContain("No change");
    expect(await hosts.rack.engine.forwarders(program.stackUid)).toEqual(before);
    // What the state keeps of the data is what a receipt reads on the host it went to.
    const { lines } = await program.json("receipt");
    const { workloads } = lines[0] as unknown as Receipt;
    expect(workloads.notes?.volumes.data?.data).toMatchObject({ kind: "bytes", hash: provedInState(program) });
  });

  it("keeps the source's volume as superseded, and refuses to remove the one that serves", async () => {
    const { lines } = await program.json("volumes", "ls");
    const volumes = lines[0]?.volumes as { host: string; state: string; name: string }[];
    expect(volumes.map(({ host, state }) => `${host} ${state}`).sort()).toEqual(["cloud current", "rack superseded"]);
    const { stdout } = await program.does("hosts");
    expect(stdout).toMatch(new RegExp(`KEPT DATA[\\s\\S]*${volumes.find(({ host }) => host === "rack")?.name} .*superseded`));
    const current = volumes.find(({ state }) => state === "current");
    expect((await program.dray(["volumes", "rm", current?.name ?? "", "--yes", "--host", "cloud"])).exitCode).not.toBe(0);
  });

  it("moves back by a command, with what was written meanwhile", async () => {
    await write(hosts.cloud, "written on cloud");
    await program.does("move", "notes", "--back", "--yes");
    await livesOnlyOn(hosts.rack, hosts.cloud);
    expect((await program.up()).stdout).toContain("No change");
    await program.does("unpin", "notes");
    wish("cloud", "rack");
    expect((await program.up()).stdout).toContain("No change");
  });

  /** To and fro, so that each kill meets a target that has ceded before. */
  it.each([
    ["copy volume", "rack", "cloud"],
    ["stop source", "cloud", "rack"],
    ["fence source", "rack", "cloud"],
    ["record prepared", "cloud", "rack"],
  ] as const)("killed when %s has finished on the way from %s to %s, goes back and starts over", async (operation, from, to) => {
    await write(hosts[from], `before a kill at ${operation}`);
    wish(from, to);
    await killAt(program, { phase: "finished", operation });
    await program.up();
    await livesOnlyOn(hosts[to], hosts[from]);
    expect((await program.up()).stdout).toContain("No change");
  });

  it("killed before the pivot, and the target dead, serves where it was by that host's record alone", async () => {
    wish("rack", "cloud");
    await killAt(program, { phase: "finished", operation: "fence source" });
    // As good as dead to whoever dials it, and no run has to wait for a time-out.
    await hosts.cloud.engine.run("sh", "-c", "systemctl stop ssh && kill -KILL $(pidof sshd) 2> /dev/null || true");
    try {
      const { stderr } = await program.ends(4, "up", "--yes");
      expect(stderr).toMatch(/notes serves on rack, and what the interrupted move left on cloud is removed/);
      await clientOf(hosts.rack).answersWithin(5);
      expect(await clientOf(hosts.rack).notes()).toEqual(written);
      wish("cloud", "rack");
      await program.up();
    } finally {
      await hosts.cloud.engine.run("systemctl", "start", "ssh");
    }
    expect((await program.up()).stderr).toContain("removed what moves had left on cloud");
    await livesOnlyOn(hosts.rack, hosts.cloud);
    expect((await entryOn(hosts.cloud))?.state).toBe("ceded");
    expect(Object.values((await entryOn(hosts.cloud))?.volumes ?? {}).every(({ state }) => state === "superseded")).toBe(true);
    expect((await entryOn(hosts.rack))?.leftBehind).toBeUndefined();
    expect((await program.up()).stdout).toContain("No change");
  });

  it("killed after the pivot, goes forward", async () => {
    wish("rack", "cloud");
    await killAt(program, { phase: "finished", operation: "record cede" });
    await program.up();
    await livesOnlyOn(hosts.cloud, hosts.rack);
    expect((await program.up()).stdout).toContain("No change");
  });

  it("killed after the pivot with the line taken back, says so in the preview and comes back with its data", async () => {
    await write(hosts.cloud, "before the last kill");
    wish("cloud", "rack");
    await killAt(program, { phase: "finished", operation: "record cede" });
    wish("rack", "cloud");
    const { exitCode } = await program.dray(["preview", "--exit-code"]);
    expect(exitCode).toBe(2);
    await program.up();
    await livesOnlyOn(hosts.cloud, hosts.rack);
    expect((await program.up()).stdout).toContain("No change");
  });

  it("moves on to a third host, and who knows only the first is led there without the second", async () => {
    const { rack, cloud, third } = hosts;
    wish("cloud", "third");
    expect((await program.does("preview")).stdout).toMatch(/start forwarder notes .*notes lives on third now/);
    const client = steadyClient(() => clientOf(rack).notes());
    const { stdout } = await program.up();
    const seen = await client.stop();
    const [, outage = "", unit] = /outage of app\s+([\d.]+) (m?s) measured/.exec(stdout) ?? [];
    expect(seen.longestGapSeconds).toBeLessThan(Number(outage) / (unit === "ms" ? 1000 : 1) + 3);
    await livesOnlyOn(third, cloud);
    await livesOnlyOn(third, rack);
    const [forwarder] = await rack.engine.forwarders(program.stackUid);
    expect((await rack.engine.inspect(forwarder?.id ?? "")).Config.Cmd).toContain(third.address);
    expect((await program.up()).stdout).toContain("No change");
  });

  it("is forwarded to by the host that it left, through a reboot and whatever becomes of the forwarder, until it is ended", async () => {
    const { rack, third } = hosts;
    const [forwarder] = await rack.engine.forwarders(program.stackUid);
    await rack.engine.docker("rm", "--force", forwarder?.id ?? "");
    const { stdout } = await program.ends(2, "preview", "--exit-code");
    expect(stdout).toMatch(/start forwarder notes .*it is gone/);
    await program.up();
    await hosts.lab.reboot("rack", { power: true });
    await clientOf(rack).answersWithin(30);
    await livesOnlyOn(third, rack);
    const { lines } = await program.json("forwards");
    const told = (lines[0]?.forwards ?? []) as { host: string; counted?: { connections: number } }[];
    expect(told.map(({ host }) => host)).toEqual(["cloud", "rack"]);
    expect(told[1]).toMatchObject({ workload: "notes", to: { host: "third" }, state: "running" });
    expect(told[1]?.counted?.connections).toBeGreaterThan(0);
    expect((await program.dray(["forwards", "rm", "notes"])).stderr).toContain("Say which: --host cloud");
    await program.does("forwards", "rm", "notes", "--host", "rack");
    expect([await forwardersOn(rack), await forwardersOn(hosts.cloud)]).toEqual([[], ["running"]]);
    expect((await program.up()).stdout).toContain("No change");
  });
});
