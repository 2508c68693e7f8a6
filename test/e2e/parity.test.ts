import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Comparison } from "../../sdk/engine/receipt/comparison";
import { notesFolder } from "../support/e2e/notes";
import { type TestHost, type TestHosts, testHosts } from "../support/e2e/test-hosts";
import { TestProgram } from "../support/e2e/test-program";

jest.setTimeout(180_000);

/** The same two services on each host. The database writes a file that is never the same twice, and says itself what its rows are. */
const program = `
import { Config } from "@pulumi/pulumi";
import { Host, type HostArgs, Image, Workload } from "drayage";
const config = new Config();
const app = new Image("app", { context: "./app" });
const other = new Image("other", { context: "./other" });
const shop = (name: string, host: Host, image: Image, version: string) =>
  new Workload(name, {
    host,
    services: {
      app: { image, environment: { VERSION: version }, secrets: { token: config.requireSecret("token") }, volumes: { data: "/data" } },
      db: {
        image: "debian:bookworm-slim",
        command: ["sh", "-c", "cd /rows; echo row > table; while :; do date +%N > wal; hostname -i >> wal; sleep 0.05; done"],
        init: true,
        fingerprint: "cat /rows/table",
        volumes: { rows: "/rows" },
        stopGracePeriod: "1s",
      },
    },
    volumes: { data: {}, rows: {} },
  });
shop("here", new Host("rack", config.requireObject<HostArgs>("rack")), app, "1");
shop("there", new Host("cloud", config.requireObject<HostArgs>("cloud")), app, "1");
export const unused = other.contentHash;
`;

describe("dray parity of one program on two hosts", () => {
  let hosts: TestHosts;
  let twins: TestProgram;

  const parity = async (...args: string[]) => {
    const { exitCode, lines, ran } = await twins.json("parity", ...args);
    const comparison = lines[0] as unknown as Comparison;
    if (lines[0]?.event === "error") throw new Error(ran.stdout);
    const told = comparison.findings.filter(({ kind }) => kind !== "allowed");
    return { exitCode, equal: comparison.equal, found: told.map(({ kind, path }) => `${kind} ${path}`).sort(), told };
  };
  const shell = async ({ engine }: TestHost, service: string, script: string) => {
    const [container] = (await engine.running(twins.stackUid)).filter((it) => it.service === service);
    await engine.docker("exec", "--user", "0", container?.id ?? "", "sh", "-c", script);
  };

  beforeAll(async () => {
    hosts = await testHosts();
    twins = await TestProgram.open({ folder: notesFolder, stack: "parity", hosts, secrets: { token: "open sesame" } });
    twins.write("index.ts", program);
    mkdirSync(join(twins.dir, "other"));
    for (const file of ["Dockerfile", "notes.pl"]) copyFileSync(join(twins.dir, "app", file), join(twins.dir, "other", file));
    writeFileSync(join(twins.dir, "other/notes.pl"), `${twins.read("app/notes.pl")}\n# another build\n`);
    await twins.up();
    for (const host of [hosts.rack, hosts.cloud])
      await shell(host, "app", "mkdir -p /data/deep; echo the same > /data/deep/note");
  });

  afterAll(() => twins?.remove());

  it("is equal, whatever the hosts call and number things, and says so with exit code 0", async () => {
    expect(await parity("rack", "cloud")).toMatchObject({ found: [], equal: true, exitCode: 0 });
    const { exitCode, stdout } = await twins.dray(["parity", "rack/here", "host:cloud"]);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^A +here on rack.*\nB +there on cloud[\s\S]*\nequal/)]);
  });

  it("finds one variable, another build, one byte and one row, names each, and exits with 14", async () => {
    writeFileSync(join(twins.dir, "before.json"), (await twins.does("receipt", "here")).stdout);
    expect(await parity("before.json", "cloud")).toMatchObject({ found: [], exitCode: 0 });

    twins.edit('requireObject<HostArgs>("cloud")), app, "1"', 'requireObject<HostArgs>("cloud")), other, "2"');
    await twins.up();
    await shell(hosts.cloud, "app", "printf T | dd of=/data/deep/note conv=notrunc status=none");
    await shell(hosts.cloud, "db", "echo another row >> /rows/table");

    const { equal, exitCode, found, told } = await parity("rack", "cloud");
    const differences = [
      "difference services.app.environment.VERSION",
      "difference services.app.image",
      "difference volumes.data",
      "difference volumes.rows",
    ];
    expect([equal, exitCode, found]).toEqual([false, 14, differences]);
    const finding = (path: string) => told.find((it) => it.path === path);
    expect(finding("services.app.environment.VERSION")).toMatchObject({ a: "1", b: "2" });
    expect(finding("services.app.image")?.note).toMatch(/another build: \d+ of \d+ layers are equal/);
    expect(finding("volumes.data")?.files).toEqual(["deep/note: content"]);
    expect(finding("volumes.rows")?.note).toBe("the fingerprint of db differs");

    // A receipt from before says the same of what runs now, but for the names of files.
    expect(await parity("before.json", "cloud")).toMatchObject({ found: differences, exitCode: 14 });
    // It is not the bytes that make the database differ: without its word they always would.
    const skipped = (await parity("rack", "cloud", "--no-data")).found.filter((it) => it.startsWith("skipped"));
    expect(skipped).toEqual(["skipped volumes.data", "skipped volumes.rows"]);
  });

  it("keeps the secret and the key of its hash to itself", () => {
    expect(readFileSync(join(twins.dir, "before.json"), "utf8")).not.toContain("open sesame");
    const key = join(twins.dir, ".drayage/receipt-key");
    expect(statSync(key).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(twins.dir, "before.json"), "utf8")).not.toContain(readFileSync(key, "utf8").trim());
  });
});
