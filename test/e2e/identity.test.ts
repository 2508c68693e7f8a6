import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Ran } from "../../demo/workspace";
import { readHostRecord } from "../support/e2e/host-record";
import { killAt } from "../support/e2e/kill-at";
import { type TestHosts, testHosts } from "../support/e2e/test-hosts";
import { TestProgram } from "../support/e2e/test-program";

jest.setTimeout(120_000);

const workloadType = "drayage:index:Workload";
const options = /const options = .*;/;

describe("who a workload is and whose", () => {
  let hosts: TestHosts;
  let program: TestProgram;
  let volume: string;
  let name = "keeper";
  let count = 0;
  const others: TestProgram[] = [];

  const open = async (stack: string, more: { stackUid?: string } = {}) =>
    TestProgram.open({ folder: "test/fixtures/programs/keeper", stack, hosts, secrets: { token: "t" }, ...more });
  const withOptions = (text: string) =>
    program.edit(options.exec(program.read("index.ts"))?.[0] ?? "", `const options = ${text};`);
  const change = () => program.edit(/VERSION: "\w+"/.exec(program.read("index.ts"))?.[0] ?? "", `VERSION: "c${++count}"`);
  const container = async (of = program) => (await hosts.rack.engine.running(of.stackUid))[0]?.id;
  const urn = () => `urn:pulumi:${program.stack}::keeper::${workloadType}::${name}`;
  const entryOf = async (of = program) =>
    Object.values((await readHostRecord(hosts.rack)).workloads).find(({ owner }) => owner.stackUid === of.stackUid);

  /** Running once, the volume it always had with what was in it, owned by the resource that the state knows, nothing held. */
  const isWhole = async (of = program) => {
    const { engine } = hosts.rack;
    expect(await engine.running(of.stackUid)).toHaveLength(1);
    const mounts = (await engine.inspect((await container(of)) ?? "")).Mounts.map((mount) => mount.Name);
    expect(mounts).toEqual(expect.arrayContaining([volume]));
    expect(await engine.fileIn(volume, "seed")).toBe("precious\n");
    const { owner, lease } = (await entryOf(of)) ?? {};
    expect(owner?.id).toBe(of.idInState(workloadType, name));
    expect(lease).toBeUndefined();
  };
  const dataFolder = () => hosts.rack.engine.docker("volume", "inspect", "--format", "{{.Mountpoint}}", volume);
  const isSettled = async () => {
    await isWhole();
    await program.ends(0, "preview", "--exit-code");
    expect(await hosts.rack.engine.containers(program.stackUid)).toHaveLength(1);
    expect(await hosts.rack.engine.helpers()).toEqual([]);
  };

  /** Ends the lease of a run while its new container is at a gate that opens afterwards, however long that took. */
  const takeOver = async (running: Promise<Ran>): Promise<Ran> => {
    const ended = running.then(() => true);
    const atGate = async () => (await hosts.rack.engine.containers(program.stackUid)).some(({ name }) => name.endsWith("-new"));
    while (!(await atGate())) if (await Promise.race([ended, pause(50)])) return running;
    expect((await program.does("unlock")).stdout).toContain("still changed by");
    expect((await program.does("unlock", "--force", "--yes")).stdout).toContain("ended the lease of");
    await hosts.rack.engine.run("touch", `${await dataFolder()}/go`);
    return running;
  };

  beforeAll(async () => {
    hosts = await testHosts();
    program = await open("identity");
    await program.up();
    volume = (await hosts.rack.engine.volumes(program.stackUid)).find((one) => one.endsWith("-data")) ?? "";
    await hosts.rack.engine.run("sh", "-c", 'echo precious > "$0/seed"', await dataFolder());
    await isSettled();
  });

  afterAll(async () => {
    for (const one of [program, ...others]) await one?.remove();
  });

  /** Each way in which Pulumi replaces without asking: the new incarnation takes over, the old one's Delete finds that it did. */
  const replacements = () => {
    it("outlives `pulumi up --replace`", async () => {
      const [id, before] = [program.idInState(workloadType, name), await container()];
      const ran = await program.pulumi(["up", "--yes", "--skip-preview", "--replace", urn()]);
      expect([ran.exitCode, ran.exitCode === 0 ? "" : ran.stdout]).toEqual([0, ""]);
      expect(program.idInState(workloadType, name)).not.toBe(id);
      expect(await container()).toBe(before);
      await isSettled();
    });

    it("outlives replaceOnChanges", async () => {
      withOptions(`{ replaceOnChanges: ["services"]${aliases()} }`);
      change();
      const id = program.idInState(workloadType, name);
      await program.up();
      expect(program.idInState(workloadType, name)).not.toBe(id);
      await isSettled();
    });

    it("outlives a replacementTrigger", async () => {
      withOptions(`{ replacementTrigger: "a${count}"${aliases()} }`);
      await program.up();
      const [id, before] = [program.idInState(workloadType, name), await container()];
      withOptions(`{ replacementTrigger: "b${count}"${aliases()} }`);
      await program.up();
      expect(program.idInState(workloadType, name)).not.toBe(id);
      expect(await container()).toBe(before);
      await isSettled();
    });
  };
  const aliases = () => (name === "keeper" ? "" : ', aliases: [{ name: "renamed" }, { name: "keeper" }]');

  describe("as it was named first", replacements);

  describe("renamed with an alias", () => {
    it("is still who it was", async () => {
      const [id, before] = [program.idInState(workloadType, name), await container()];
      name = "renamed";
      withOptions('{ aliases: [{ name: "keeper" }] }');
      program.edit('"keeper",', '"renamed",');
      await program.up();
      expect([program.idInState(workloadType, name), await container()]).toEqual([id, before]);
      await isSettled();
    });

    describe("since then", replacements);

    it("outlives being renamed and replaced at once", async () => {
      const id = program.idInState(workloadType, name);
      name = "again";
      withOptions('{ replaceOnChanges: ["services"], aliases: [{ name: "renamed" }, { name: "keeper" }] }');
      program.edit('"renamed",', '"again",');
      change();
      await program.up();
      expect(program.idInState(workloadType, name)).not.toBe(id);
      await isSettled();
    });
  });

  it("outlives a replacement whose new version never gets healthy", async () => {
    change();
    program.edit('command: ["true"]', 'command: ["false"], interval: "1s", retries: 1');
    withOptions(`{ replacementTrigger: "c"${aliases()} }`);
    await program.ends(9, "up", "--yes");
    await isWhole();
    program.edit('command: ["false"], interval: "1s", retries: 1', 'command: ["true"]');
    change();
    await program.up();
    await isSettled();
  });

  it("outlives a replacement that is killed", async () => {
    change();
    withOptions(`{ replacementTrigger: "d"${aliases()} }`);
    await killAt(program, { phase: "started", operation: "gate app" });
    await program.up();
    await isSettled();
  });

  it("is found again when the state is lost", async () => {
    rmSync(dirname(program.stateFile), { recursive: true });
    // Without its state it is known by the name it was made with; the key of its secrets is lost, so they are delivered anew.
    program.edit('"again",', '"keeper",');
    name = "keeper";
    await program.up();
    await isSettled();
  });

  it("is imported into a state that has lost it, by its host and identity, and nothing of it is touched by that", async () => {
    const [identity] = Object.entries((await readHostRecord(hosts.rack)).workloads).find(
      ([, { owner }]) => owner.stackUid === program.stackUid,
    ) ?? [""];
    rmSync(dirname(program.stateFile), { recursive: true });
    withOptions(`{ import: "ssh://${hosts.rack.address}/${identity}" }`);
    // The key of its secrets was lost with the state: that is all that differs.
    const { stdout } = await program.does("preview");
    expect(stdout).toMatch(/keeper on rack {2}change\n {2}\+ write secrets app +secrets changed/);
    expect(stdout).not.toContain("create volume");
    await program.up();
    await isSettled();
    // Said otherwise it is another import to Pulumi, which replaces the first; and said no more it stays.
    const { user } = hosts.lab.host("rack");
    withOptions(`{ import: "ssh://${user}@${hosts.rack.address}/${identity}" }`);
    await program.up();
    await isWhole();
    withOptions("{}");
    await program.up();
    await isSettled();
  });

  it("is another one than that of the same name in another stack, which may come and go", async () => {
    const other = await open("identity-other");
    others.push(other);
    await other.up();
    expect(await container(other)).not.toBe(await container());
    await other.does("destroy", "--yes");
    await isSettled();
  });

  it("stays with its stack when the stack's file is copied, until the copy adopts it", async () => {
    const copy = await open("identity-copy", { stackUid: program.stackUid });
    others.push(copy);
    copy.write("index.ts", program.read("index.ts"));
    for (const words of [["preview"], ["up", "--yes"]]) {
      const { stderr } = await copy.ends(10, ...words);
      expect(stderr).toMatch(/OWNED_ELSEWHERE[\s\S]*identity/);
    }
    await isSettled();
    // Without any state of its own: the program knows the hosts.
    rmSync(dirname(copy.stateFile), { recursive: true });
    await copy.does("adopt", "keeper", "--yes");
    await copy.up();
    await isWhole(copy);
    change();
    expect((await program.ends(10, "up", "--yes")).stderr).toContain("OWNED_ELSEWHERE");
    const { address, user, hostKey, identityFile } = hosts.lab.host("rack");
    const there = ["--host", `ssh://${user}@${address}`, "--host-key", hostKey, "--identity-file", identityFile];
    await program.does("adopt", "keeper", ...there, "--yes");
    await program.up();
    await isSettled();
  });

  it("is changed no further by a run whose lease was taken over", async () => {
    change();
    program.edit('command: ["true"]', 'command: ["test", "-e", "/data/go"]');
    const gone = await takeOver(program.dray(["up", "--yes"]));
    expect([gone.exitCode, gone.stderr]).toEqual([10, expect.stringContaining("LEASE_LOST")]);
    program.edit('command: ["test", "-e", "/data/go"]', 'command: ["true"]');
    await program.up();
    await isSettled();
  });
});
