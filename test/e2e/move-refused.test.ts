import { NotesClient, openNotes } from "../support/e2e/notes";
import { type TestHost, type TestHosts, testHosts } from "../support/e2e/test-hosts";
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
  const noteIn = (host: TestHost, folder: string) => host.engine.run("cat", `${folder}/deep/note`);
  const container = async () => (await hosts.rack.engine.running(program.stackUid))[0]?.id;

  beforeAll(async () => {
    hosts = await testHosts();
    program = await openNotes({ stack: "refused", hosts, port });
    await program.up();
    client = new NotesClient(hosts.rack.address, port);
    await client.add("precious");
    program.edit("host: rack", "host: cloud");
  });

  afterAll(async () => {
    await program?.remove();
    const made = ["flag", "files", "files.superseded-1", "files.superseded-2"].map((name) => `/srv/${name}`);
    for (const host of [hosts?.rack, hosts?.cloud]) await host?.engine.run("rm", "-rf", ...made);
  });

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

  it("is refused in preview and in up when the target lacks what the workload needs, and is told who has it", async () => {
    const before = await container();
    const { address, port: sshPort, user, identityFile, hostKey } = hosts.lab.host("rack");
    const known = { address, port: sshPort, user, identityFile, hostKey };
    program.configure("rack", { ...known, storage: { outlivesMachine: true }, endpoint: { kind: "dns" } });
    const needs = 'needs: { persistent: true, endpoint: "movable" }';
    program.edit("volumes: { data: {} }", `volumes: { data: {} }, ${needs}`);
    for (const words of [["preview"], ["up", "--yes"]]) {
      const { stderr } = await program.ends(13, ...words);
      expect(stderr).toMatch(/NEEDS_UNMET[\s\S]*needs\.persistent[\s\S]*needs\.endpoint[\s\S]*rack would do/);
    }
    await stillServes(before);
    program.edit(`, ${needs}`, "");
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

  it("is refused in the preview when the target lacks a folder that is expected there", async () => {
    await hosts.rack.engine.run("mkdir", "-p", "/srv/flag", "/srv/files/deep");
    await hosts.rack.engine.run("touch", "/srv/flag/up");
    await hosts.rack.engine.run("sh", "-c", "echo carried > /srv/files/deep/note");
    program.edit("host: cloud", "host: rack");
    const folders = '"/srv/flag": { path: "/flag", onMove: "expect" }, "/srv/files": { path: "/files", onMove: "copy" }';
    program.edit('volumes: { data: "/data" }', `volumes: { data: "/data", ${folders} }`);
    program.edit(
      'healthcheck: { http: { port: 8080, path: "/version" } }',
      'healthcheck: { command: ["test", "-e", "/flag/up"], interval: "1s", retries: 3 }',
    );
    await program.up();
    program.edit("host: rack", "host: cloud");
    expect((await program.ends(12, "preview")).stderr).toMatch(/mounts \/srv\/flag of the host, and cloud has none/);
    await stillServes(await container());
  });

  it("is handed back when its gate fails on the target, with its data", async () => {
    await hosts.cloud.engine.run("mkdir", "-p", "/srv/flag");
    const { stderr } = await program.ends(9, "up", "--yes");
    expect(stderr).toContain("handed back");
    expect(await client.notes()).toEqual(["precious"]);
    expect(await hosts.rack.engine.running(program.stackUid)).toHaveLength(1);
    expect(await hosts.cloud.engine.containers(program.stackUid)).toEqual([]);
    expect(await noteIn(hosts.rack, "/srv/files")).toBe("carried\n");
    expect(await noteIn(hosts.rack, "/srv/files.superseded-1")).toBe("carried\n");
  });

  it("carries a folder once nothing is in the way, and lets the one of an earlier move step aside", async () => {
    await hosts.cloud.engine.run("touch", "/srv/flag/up");
    await hosts.cloud.engine.run("sh", "-c", "echo later > /srv/files/strange");
    await program.up();
    expect(await new NotesClient(hosts.cloud.address, port).notes()).toEqual(["precious"]);
    expect(await noteIn(hosts.cloud, "/srv/files")).toBe("carried\n");
    expect(await hosts.cloud.engine.run("cat", "/srv/files.superseded-1/strange")).toBe("later\n");
    expect(await hosts.cloud.engine.run("ls", "/srv/files")).toBe("deep\n");
    expect((await program.up()).stdout).toContain("No change");
  });
});
