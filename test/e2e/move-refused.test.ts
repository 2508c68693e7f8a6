import { NotesClient, openNotes } from "../support/e2e/notes";
import { type TestHosts, testHosts } from "../support/e2e/test-hosts";
import type { TestProgram } from "../support/e2e/test-program";

jest.setTimeout(180_000);

const port = 18191;

describe("a move that cannot be made", () => {
  let hosts: TestHosts;
  let program: TestProgram;
  let client: NotesClient;

  /** The source never stopped serving: the same container, all notes, nothing of the workload on the target. */
  const stillServes = async (container: string | undefined) => {
    expect(await client.notes()).toEqual(["precious"]);
    const running = await hosts.rack.engine.running(program.stackUid);
    expect(running.map(({ id }) => id)).toEqual([container]);
    expect(await hosts.cloud.engine.containers(program.stackUid)).toEqual([]);
    expect(await hosts.cloud.engine.volumes(program.stackUid)).toEqual([]);
  };
  const container = async () => (await hosts.rack.engine.running(program.stackUid))[0]?.id;

  beforeAll(async () => {
    hosts = await testHosts();
    program = await openNotes({ stack: "refused", hosts, port });
    await program.up();
    client = new NotesClient(hosts.rack.address, port);
    await client.add("precious");
    program.edit("host: rack", "host: cloud");
  });

  afterAll(() => program?.remove());

  it("is refused in preview and in up when something on the target has the port", async () => {
    const before = await container();
    const listen = `socket(S,PF_INET,SOCK_STREAM,6); bind(S,sockaddr_in(${port},INADDR_ANY)) or die; listen(S,1); sleep 120`;
    const holder = await hosts.cloud.engine.run("sh", "-c", `perl -MSocket -e '${listen}' > /dev/null 2>&1 & echo $!`);
    try {
      expect((await program.ends(7, "preview")).stderr).toContain("PORT_TAKEN");
      expect((await program.ends(7, "up", "--yes")).stderr).toContain(String(port));
      await stillServes(before);
    } finally {
      await hosts.cloud.engine.run("kill", holder.trim());
    }
  });

  it("is refused when the target has no room", async () => {
    const before = await container();
    await hosts.cloud.engine.run("mount", "-t", "tmpfs", "-o", "size=8m", "none", "/var/lib/docker/volumes");
    try {
      expect((await program.ends(8, "up", "--yes")).stderr).toContain("DISK_FULL");
      await stillServes(before);
    } finally {
      await hosts.cloud.engine.run("umount", "/var/lib/docker/volumes");
    }
  });

  it("is refused when a volume holds what no copy can carry, and names it", async () => {
    const before = await container();
    const volume = (await hosts.rack.engine.volumes(program.stackUid)).find((name) => name.endsWith("-data")) ?? "";
    const path = await hosts.rack.engine.docker("volume", "inspect", "--format", "{{.Mountpoint}}", volume);
    await hosts.rack.engine.run("mknod", `${path}/odd-device`, "c", "1", "3");
    try {
      const ran = await program.ends(12, "up", "--yes");
      expect(ran.stderr).toContain("odd-device");
      await stillServes(before);
    } finally {
      await hosts.rack.engine.run("rm", `${path}/odd-device`);
    }
  });

  it("is handed back when its gate fails on the target, with its data", async () => {
    for (const { engine } of [hosts.rack, hosts.cloud]) await engine.run("mkdir", "-p", "/srv/flag");
    await hosts.rack.engine.run("touch", "/srv/flag/up");
    program.edit("host: cloud", "host: rack");
    program.edit('volumes: { data: "/data" }', 'volumes: { data: "/data", "/srv/flag": { path: "/flag", onMove: "expect" } }');
    program.edit(
      'healthcheck: { http: { port: 8080, path: "/version" } }',
      'healthcheck: { command: ["test", "-e", "/flag/up"], interval: "1s", retries: 3 }',
    );
    await program.up();
    program.edit("host: rack", "host: cloud");
    const { stderr } = await program.ends(9, "up", "--yes");
    expect(stderr).toContain("handed back");
    expect(await client.notes()).toEqual(["precious"]);
    expect(await hosts.rack.engine.running(program.stackUid)).toHaveLength(1);
    expect(await hosts.cloud.engine.containers(program.stackUid)).toEqual([]);
    program.edit("host: cloud", "host: rack");
    expect((await program.up()).stdout).toContain("No change");
  });
});
