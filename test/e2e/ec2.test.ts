import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { OutageClient } from "../../demo/outage-client";
import { Shop } from "../../demo/shop";
import { buildSettings } from "../bench/lab/build-settings";
import { motoMissing } from "../support/aws/moto/start-moto";
import { describeUnless } from "../support/describe-unless";
import { type LabCloud, startLabCloud } from "../support/e2e/lab-cloud";
import { resourcesInState, stackOutputs } from "../support/e2e/read-state";
import { TestProgram } from "../support/e2e/test-program";

jest.setTimeout(240_000);

const [webPort, dbPort] = [18192, 18193];
/** Builds a Java program and installs a database: minutes on a machine that never did. */
const skipped = process.env.DRAYAGE_SKIP_SLOW === "1" ? "DRAYAGE_SKIP_SLOW is 1" : motoMissing;

describeUnless(skipped)("the three-tier shop, and a host at Amazon", () => {
  let cloud: LabCloud;
  let program: TestProgram;
  let shop: Shop;

  const ec2 = () => stackOutputs(program) as Record<"address" | "instanceId" | "dataVolumeId", string>;
  const write = (more: object) =>
    program.configure("ec2", { ...cloud.host, ports: [webPort, dbPort], dataDisk: { size: 4 }, ...more });
  const moveTo = (to: "rack" | "cloud") => program.edit(to === "cloud" ? "host: rack," : "host: cloud,", `host: ${to},`);
  const isUnchanged = async () => expect((await program.up()).stdout).toContain("No change");
  const machines = async () => {
    await cloud.machines.settled();
    return cloud.machines.describe();
  };

  beforeAll(async () => {
    cloud = await startLabCloud();
    // A bad day at Amazon, from beginning to end: it throttles, and does not know yet what it just made.
    cloud.aws.faults.throttle({ every: 5 });
    cloud.aws.faults.hideNew({ calls: 2 });
    program = await TestProgram.open({
      folder: "stacks/three-tier",
      stack: "ec2",
      hosts: cloud.hosts,
      config: { environment: { ports: { web: webPort, db: dbPort } }, ...buildSettings(process.env).config },
      secrets: { dbPassword: "pw" },
      env: cloud.aws.env,
      edits: [
        ['from "drayage";', 'from "drayage";\nimport { Ec2Host } from "drayage/aws";'],
        ['hosts: ["rack", "cloud"]', 'hosts: ["rack"]'],
        [
          "{ rack, cloud } = env.hosts;",
          '{ rack } = env.hosts;\nconst cloud = new Ec2Host("cloud", new Config().requireObject("ec2"));',
        ],
        ["cloud: cloud.engineId };", "cloud: cloud.ref.engineId };\nexport const { address, instanceId, dataVolumeId } = cloud;"],
      ],
    });
    write({});
  });

  afterAll(async () => {
    await program?.remove();
    await cloud?.stop();
  });

  it("sends nothing to another machine that answers at the address, not even a user's name", async () => {
    const other = cloud.hosts.cloud;
    const since = `@${Math.floor(Date.now() / 1000)}`;
    cloud.machines.divert(other.address);
    const { stderr } = await program.ends(5, "up", "--yes");
    cloud.machines.divert();
    expect(stderr).toMatch(/HOST_KEY_CHANGED {2}cloud\n.*nothing was sent/);
    const ended = /^Connection (closed|reset) by [\d.]+ port \d+ \[preauth\]$/m;
    let heard = "";
    // sshd writes down that a connection has ended when it gets to it.
    for (let looks = 0; looks < 50 && !ended.test(heard); looks += 1, await pause(100))
      heard = await other.engine.run("journalctl", "--identifier=sshd", "--output=cat", "--since", since);
    expect(heard).toMatch(ended);
    expect(heard).not.toMatch(/user|deploy/);
  });

  it("meets the machine that booted the given user data, makes it a host, and serves on the rack meanwhile", async () => {
    await program.up();
    expect(cloud.aws.faults.told()).toMatchObject({ RequestLimitExceeded: expect.any(Number), "InvalidInstanceID.NotFound": 2 });
    const { lines } = await program.json("hosts", "cloud");
    const [told] = (lines[0] as unknown as { hosts: Measured[] }).hosts;
    expect(told?.measured).toMatchObject({
      arch: process.arch === "arm64" ? "arm64" : "amd64",
      engineVersion: expect.any(String),
    });
    expect(told?.now.data).toMatchObject({ path: expect.stringContaining("/srv/data"), fsType: "ext4" });
    const { address, instanceId, dataVolumeId } = ec2();
    expect(await machines()).toEqual({
      booted: [instanceId],
      running: [instanceId],
      disks: [dataVolumeId],
      listening: [webPort, dbPort, 22].map((port) => `${address}:${port}`),
      unreachable: [],
      problems: [],
    });
    await isUnchanged();
  });

  it("moves there while clients write, with every row and every acknowledged write", async () => {
    shop = new Shop({ hosts: { rack: cloud.hosts.rack.address, cloud: ec2().address }, webPort, dbPort }, "pw");
    await shop.seed(20);
    await shop.order("tea", 25);
    const before = await shop.checksum();
    moveTo("cloud");
    const client = new OutageClient(shop.writeQuestion(), shop.databaseAddresses, 100);
    await program.up();
    await client.stop();
    expect([await shop.checksum(), await shop.missingPings(), await shop.orders()]).toEqual([before, 0, 25]);
    expect(shop.acknowledgedPings).toBeGreaterThan(10);
    expect(String(stackOutputs(program).url)).toBe(`http://${ec2().address}:${webPort}`);
    expect(await cloud.engine(ec2().instanceId).running(program.stackUid)).toHaveLength(3);
    expect(await cloud.hosts.rack.engine.running(program.stackUid)).toEqual([]);
    await isUnchanged();
    writeFileSync(join(program.dir, "cloud.json"), (await program.does("receipt", "shop")).stdout);
  });

  it("stays on its machine there, whatever image and keys the program names and whoever taints it, and says why", async () => {
    const before = [await machines(), await cloud.aws.describeAll()];
    write({ image: { os: "ubuntu-24.04" }, authorizedKeys: [...cloud.host.authorizedKeys, otherKey] });
    const { stdout, stderr } = await program.up();
    expect(stdout).toContain("No change");
    expect(stderr).toMatch(/cloud: stays on the image ami-/);
    expect(stderr).toMatch(/cloud: authorizedKeys is read at the first boot only/);
    write({});
    const instance = resourcesInState(program).find(({ id }) => id === ec2().instanceId)?.urn ?? "";
    await program.does("pulumi", "--", "state", "taint", instance, "--yes");
    const refused = await program.ends(12, "up", "--yes");
    expect(refused.stderr).toMatch(/DATA_PROTECTED {2}cloud-instance\n.*is not replaced[\s\S]*declare a second host/);
    await program.does("pulumi", "--", "state", "untaint", instance, "--yes");
    expect([await machines(), await cloud.aws.describeAll()]).toEqual(before);
    expect(await shop.orders()).toBe(25);
  });

  it("moves back with what was written there, and is the same on the rack as it was at Amazon", async () => {
    moveTo("rack");
    await program.up();
    const { exitCode, stdout } = await program.dray(["parity", "cloud.json", "rack"]);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^A +shop on cloud .*\nB +shop on rack[\s\S]*\nequal/)]);
    expect([await shop.missingPings(), await shop.orders()]).toEqual([0, 25]);
    await isUnchanged();
  });

  it("is rid of the host in two steps, once no data is there, and keeps the data volume's last snapshot and nothing else", async () => {
    write({ retired: true });
    const { stderr } = await program.ends(12, "up", "--yes");
    const [, volume = ""] = /dray volumes rm (\S+) --host cloud\./.exec(stderr) ?? [];
    await program.does("volumes", "rm", volume, "--host", "cloud", "--yes");
    const all = await cloud.aws.describeAll();
    expect((await program.up()).stderr).toContain("step 1 of 2");
    expect(await cloud.aws.describeAll()).toEqual(all);
    expect((await program.up()).stderr).toContain("step 2 of 2");
    const left = await cloud.aws.describeAll();
    expect(left.map(({ kind, tags }) => [kind, tags["drayage:host"]])).toEqual([["snapshot", "cloud"]]);
    expect(await machines()).toMatchObject({ running: [], disks: [left[0]?.id], listening: [], problems: [] });
    await isUnchanged();
    expect(await shop.orders()).toBe(25);
  });
});

interface Measured {
  readonly measured: Readonly<Record<string, unknown>>;
  readonly now: { readonly data: Readonly<Record<string, unknown>> };
}
const otherKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHU0r1h2bC2d3QyJf2xT0n0QxYx4fW3kq9o5J6C1m2aB other";
