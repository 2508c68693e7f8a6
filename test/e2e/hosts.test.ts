import { EngineView } from "../support/e2e/engine-view";
import { NotesClient, openNotes } from "../support/e2e/notes";
import { type SshSpy, sshSpy } from "../support/e2e/ssh-spy";
import { type TestHosts, testHosts } from "../support/e2e/test-hosts";
import type { TestProgram } from "../support/e2e/test-program";

jest.setTimeout(120_000);

const port = 18084;

describe("a host that cannot be trusted or reached", () => {
  let hosts: TestHosts;
  let program: TestProgram;
  let client: NotesClient;
  let spy: SshSpy;

  const pin = (host: "rack" | "cloud", hostKey: string | undefined) => {
    const { address, port: sshPort, user, identityFile } = hosts.lab.host(host);
    const known = { address, port: sshPort, user, identityFile };
    program.configure(host, hostKey === undefined ? known : { ...known, hostKey });
  };
  const up = (...args: string[]) => program.dray(["up", "--yes", ...args], { env: spy.env });
  const logins = async () =>
    (await hosts.rack.engine.run("journalctl", "--identifier=sshd", "--no-pager")).match(/Accepted /g)?.length ?? 0;
  const servesAsBefore = async () => {
    expect([await client.version(), await client.notes()]).toEqual(["1", ["kept"]]);
  };

  beforeAll(async () => {
    hosts = await testHosts();
    program = await openNotes({ stack: "hosts", hosts, port });
    spy = sshSpy(program.dir);
    await program.up();
    client = new NotesClient(hosts.rack.address, port);
    await client.add("kept");
  });

  afterAll(() => program?.remove());

  it.each([
    ["HOST_KEY_CHANGED", "shows another key than the pinned one", () => hosts.lab.host("cloud").hostKey],
    ["HOST_KEY_UNKNOWN", "has a key that nobody vouches for", () => undefined],
  ])("is sent nothing and ends the run with %s where it %s", async (code, _, hostKey) => {
    pin("rack", hostKey());
    program.edit('VERSION: "1"', 'VERSION: "2"');
    const [from, before] = [Date.now(), await logins()];
    const { exitCode, stderr } = await up();
    expect([exitCode, stderr]).toEqual([5, expect.stringContaining(code)]);
    expect(stderr).toMatch(/SHA256:/);
    expect(await logins()).toBe(before);
    expect(await hosts.rack.engine.changesSince(from)).toEqual([]);
    await servesAsBefore();
    pin("rack", hosts.lab.host("rack").hostKey);
    program.edit('VERSION: "2"', 'VERSION: "1"');
    await program.ends(0, "preview", "--exit-code");
  });

  it("costs one dial when it is stopped, however many workloads it should get, and the other host goes on", async () => {
    const two = ["first", "second"].map(
      (workload) => `new Workload("${workload}", { host: cloud, services: { idle: { image: app } } });\n`,
    );
    program.edit("export const elsewhere", `${two.join("")}export const elsewhere`);
    await EngineView.ofOperator().docker("kill", hosts.lab.host("cloud").containerId);
    try {
      spy.forget();
      const { exitCode, stderr } = await up();
      expect([exitCode, stderr]).toEqual([4, expect.stringMatching(/HOST_\w+\s+cloud/)]);
      expect(spy.dials(hosts.cloud.address)).toHaveLength(1);
      await servesAsBefore();
      const { exitCode: listed, lines } = await program.json("hosts");
      expect([listed, lines[0]?.hosts]).toEqual([
        4,
        [
          expect.objectContaining({
            name: "rack",
            reached: true,
            measured: expect.objectContaining({ arch: expect.stringMatching(/64$/), kernel: expect.stringMatching(/^\d/) }),
            now: expect.objectContaining({ data: expect.objectContaining({ path: "/var/lib/docker/volumes" }) }),
            workloads: [expect.objectContaining({ workload: "notes", running: 1, containers: 1 })],
            data: [],
            errors: [],
          }),
          expect.objectContaining({ name: "cloud", reached: false, errors: [expect.objectContaining({ exitCode: 4 })] }),
        ],
      ]);
    } finally {
      await testHosts();
    }
    program.edit(two.join(""), "");
    await program.up();
    await servesAsBefore();
  });
});
