import { readFileSync } from "node:fs";
import type { LabMachine } from "../../sdk/lab/lab-machine";
import { labUse, runRoot } from "../support/e2e/e2e-run";
import { EngineView } from "../support/e2e/engine-view";
import { killAt, type Moment } from "../support/e2e/kill-at";
import { type TestHosts, testHosts } from "../support/e2e/test-hosts";
import { TestProgram } from "../support/e2e/test-program";
import { type Machines, startMachines } from "../support/machines/start-machines";

jest.setTimeout(180_000);

describe("a program that makes its own host", () => {
  let hosts: TestHosts;
  let machines: Machines;
  let program: TestProgram;
  let machine: LabMachine;
  let boots = 0;

  const there = () => EngineView.ofLabHost("server", labUse(runRoot()).docker, machine.containerId);
  const keys = async () => (await there().run("sh", "-c", "cd /etc/ssh && ls ssh_host_*_key")).match(/ecdsa|ed25519|rsa/g);
  const recordedKey = () => /"hostKey": "(ssh-ed25519 [^"]+)"/.exec(readFileSync(program.stateFile, "utf8"))?.[1];

  beforeAll(async () => {
    hosts = await testHosts();
    machines = await startMachines({
      socket: labUse(runRoot()).docker.socketPath,
      boot: async (name, userData) => {
        boots++;
        machine = await hosts.lab.boot(name, userData, { bare: true });
        return machine;
      },
      remove: (name) => hosts.lab.unmake(name),
    });
    const { identityFile } = hosts.lab.host("rack");
    const authorizedKey = readFileSync(`${identityFile}.pub`, "utf8").trim();
    program = await TestProgram.open({
      folder: "test/fixtures/programs/born",
      stack: "born",
      engines: [],
      config: { identityFile, authorizedKey },
      env: machines.env,
    });
  });

  afterAll(async () => {
    await program?.remove();
    await hosts?.lab.unmake("server");
    await machines?.stop();
  });

  it("is previewed to the end: the machine's arrival, its keys, its engine, and all that will run on it", async () => {
    const { exitCode, lines } = await program.json("preview");
    const { plans, resources } = lines.at(-1) as unknown as Preview;
    expect([exitCode, boots]).toEqual([0, 0]);
    expect(plans.map(({ subject, operations }) => [subject, operations.map(({ id }) => id)])).toEqual([
      [
        "cloud",
        [
          "await cloud",
          "create host key",
          "arrange shutdown",
          "write daemon.json",
          "install engine",
          "start engine",
          "join group",
          "remove given key",
        ],
      ],
      [
        "shop",
        [
          "pull image debian:bookworm-slim",
          "create network default",
          "create idle.1",
          "start idle.1",
          "gate idle.1",
          "promote idle.1",
        ],
      ],
    ]);
    expect(resources.map(({ type, operation }) => `${operation} ${type.split(":").pop()}`).sort()).toEqual(
      ["Enrolment", "Host", "HostKey", "Machine", "Workload"].map((type) => `create ${type}`),
    );
  });

  const both = ["ecdsa", "ed25519"];

  /** A script that was sent before the kill goes on to its end, so that a step may have been made or not. */
  it.each<[string, Moment, string[][]]>([
    ["when the machine had let it in", { phase: "finished", operation: "await" }, [["ecdsa"], both]],
    ["when the machine showed both keys", { phase: "finished", operation: "create host key" }, [both]],
    ["when the new key was recorded", { phase: "started", operation: "remove given key" }, [both, ["ed25519"]]],
    ["when the given key was gone", { phase: "finished", operation: "remove given key" }, [["ed25519"]]],
  ])("is killed %s, and can be run again", async (_, moment, left) => {
    await killAt(program, moment);
    expect(left).toContainEqual(await keys());
  });

  it("comes up on the one machine, which shows the recorded key and no other, and is left alone afterwards", async () => {
    await program.up();
    expect([boots, await keys()]).toEqual([1, ["ed25519"]]);
    const [shown] = (await there().run("cat", "/etc/ssh/ssh_host_ed25519_key.pub")).split(" drayage ");
    expect(recordedKey()).toBe(shown);
    expect(await there().docker("ps", "--format", "{{.Names}}")).toMatch(/^shop-\w+-idle-1-g1$/);
    await program.ends(0, "preview", "--exit-code");
    const plain = await program.pulumi(["preview", "--expect-no-changes"]);
    expect([plain.exitCode, plain.exitCode === 0 ? "" : plain.stdout + plain.stderr]).toEqual([0, ""]);
  });

  it("has given it user data that cloud-init finds nothing to say about", async () => {
    expect(await there().run("cloud-init", "schema", "--system")).toMatch(/^Valid cloud-config: system userdata/);
    expect(JSON.parse(await there().run("cloud-init", "status", "--format=json"))).toMatchObject({ status: "done", errors: [] });
  });

  it("keeps the private half out of the state's plain text and of all that is printed", async () => {
    const userData = await there().run("cat", "/var/lib/cloud/instance/user-data.txt");
    const [secret = ""] = /MH[A-Za-z0-9+/]{40}/.exec(userData) ?? [];
    expect(secret).toHaveLength(42);
    expect(readFileSync(program.stateFile, "utf8")).not.toContain(secret);
    expect(program.printed()).not.toContain(secret);
  });
});

interface Preview {
  readonly plans: readonly { readonly subject: string; readonly operations: readonly { readonly id: string }[] }[];
  readonly resources: readonly { readonly type: string; readonly operation: string }[];
}
