import { type BareHost, bareHost } from "../support/e2e/bare-host";
import { killAt } from "../support/e2e/kill-at";
import { TestProgram } from "../support/e2e/test-program";

jest.setTimeout(180_000);

const device = "/dev/lab-disk";

describe("a bare host in a program that prepares it", () => {
  let host: BareHost;
  let program: TestProgram;

  const state = (unit: string) => host.root(`systemctl show ${unit} -p ActiveState --value`);
  const web = async () => (await host.engine.running(program.stackUid)).map(({ id }) => id);
  const volume = async () => {
    const [name = ""] = await host.engine.volumes(program.stackUid);
    return host.engine.docker("volume", "inspect", "--format", "{{.Mountpoint}}", name);
  };

  beforeAll(async () => {
    host = await bareHost("fresh");
    program = await TestProgram.open({ folder: "test/fixtures/programs/bare", stack: "prepare", engines: [host.engine] });
    const { address, port, user, identityFile, hostKey } = host.lab.host("fresh");
    program.configure("fresh", { address, port, user, identityFile, hostKey });
  });

  afterAll(() => program?.remove());

  it("is not touched without password-less sudo, and one error has the line to add", async () => {
    await host.root("mv /etc/sudoers.d/deploy /root/deploy");
    const { stderr } = await program.ends(4, "preview");
    expect(stderr.match(/SUDO_REQUIRED/g)).toHaveLength(1);
    expect(stderr).toContain("echo 'deploy ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/drayage");
    await host.root("mv /root/deploy /etc/sudoers.d/deploy");
  });

  it("is previewed whole, and a preview changes nothing there", async () => {
    const { stdout } = await program.ends(2, "preview", "--exit-code");
    for (const operation of [
      "format disk",
      "mount disk",
      "guard engine",
      "arrange shutdown",
      "write daemon.json",
      "install engine",
      "start engine",
      "join group",
    ])
      expect(stdout).toContain(operation);
    expect(stdout).toMatch(/create volume data[\s\S]*start web\.1/);
    expect(await host.root(`ls /etc/docker /srv/data 2>/dev/null; blkid -p ${device}; id -nG deploy; true`)).toBe("deploy");
  });

  it("becomes a working host in one up, also after one that was killed while packages were installed", async () => {
    const began = performance.now();
    await killAt(program, { phase: "started", operation: "install engine" });
    await program.up();
    const seconds = (performance.now() - began) / 1000;
    process.stderr.write(`    from bare to serving in ${seconds.toFixed(1)} s, killed once\n`);
    // A quarter of a minute on a quiet machine, 40 s beside three other runs.
    expect(seconds).toBeLessThan(120);
    expect(await web()).toHaveLength(1);
    expect(await host.engine.docker("info", "--format", "{{.DockerRootDir}} {{.LiveRestoreEnabled}} {{.LoggingDriver}}")).toBe(
      "/srv/data/docker true json-file",
    );
    expect(await host.engine.docker("network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Subnet}}")).toBe(
      "10.214.0.0/24",
    );
    expect(
      await host.root("findmnt -no SOURCE /srv/data; findmnt -no SOURCE /var/lib/drayage; systemctl is-enabled docker"),
    ).toBe(`${device}\n${device}[/drayage]\nenabled`);
    expect(await host.root("ss -ltnpH | grep -c dockerd || true")).toBe("0");
  });

  it("is no change for the next up, which needs no sudo", async () => {
    await host.root("mv /etc/sudoers.d/deploy /root/deploy");
    const before = await host.root(
      "stat -c %Y /etc/docker/daemon.json /etc/systemd/system/docker.service.d/*; grep -c '^#' /var/log/drayage-prepare.log",
    );
    const { stdout } = await program.up();
    await host.root("mv /root/deploy /etc/sudoers.d/deploy");
    expect(stdout).toContain("No change");
    expect(
      await host.root(
        "stat -c %Y /etc/docker/daemon.json /etc/systemd/system/docker.service.d/*; grep -c '^#' /var/log/drayage-prepare.log",
      ),
    ).toBe(before);
  });

  it("shows what somebody changed there, and is repaired while its containers run on", async () => {
    await host.root(`sed -i 's/"live-restore": true/"live-restore": false, "debug": true/' /etc/docker/daemon.json`);
    await host.root(
      "rm /etc/systemd/system/docker.service.d/50-drayage.conf; systemctl disable docker; gpasswd --delete deploy docker",
    );
    const running = await web();
    const { stdout } = await program.ends(2, "preview", "--exit-code");
    for (const line of [
      /guard engine +it would start without its disk/,
      /change daemon.json +live-restore is false/,
      /enable engine/,
      /restart engine/,
      /join group/,
    ])
      expect(stdout).toMatch(line);
    expect(stdout).not.toMatch(/install engine|format disk|mount disk/);
    await program.up();
    expect(await web()).toEqual(running);
    expect(JSON.parse(await host.root("cat /etc/docker/daemon.json"))).toMatchObject({ debug: true, "live-restore": true });
    await program.ends(0, "preview", "--exit-code");
  });

  it("does not start Docker while its data disk is missing, and a preview says why", async () => {
    await host.root(`echo kept > ${await volume()}/note; touch /etc/lab-disk-away`);
    // Its container heeds no SIGTERM: were it not stopped by its own signal, the machine would wait for it for a minute.
    expect((await host.lab.reboot("fresh")).seconds).toBeLessThan(40);
    expect(await host.root("systemctl start docker 2>/dev/null; systemctl start docker.socket 2>/dev/null; true")).toBe("");
    expect(await state("docker.service")).toMatch(/^(inactive|failed)$/);
    expect(await host.root("ls -A /srv/data /var/lib/docker /var/lib/drayage | grep -v : | tr -d '\\n'")).toBe("");
    const { stderr } = await program.ends(12, "preview");
    expect(stderr).toMatch(/DISK_REFUSED/);
    expect(stderr).toContain(`there is no ${device}`);
  });

  it("has everything back after a reboot with the disk", async () => {
    await host.root("rm /etc/lab-disk-away");
    await host.lab.reboot("fresh");
    await host.root("timeout 30 sh -c 'until docker ps -q | grep -q .; do sleep 0.2; done'");
    expect(await web()).toHaveLength(1);
    expect(await host.root(`cat ${await volume()}/note`)).toBe("kept");
    await program.ends(0, "preview", "--exit-code");
  });

  it("has a stopped engine started again by an up, with what it ran", async () => {
    await host.root("systemctl stop docker.socket docker");
    const { stdout } = await program.up();
    expect(stdout).toMatch(/fresh {2}1 operation[\s\S]*1 resource changed, 2 unchanged/);
    expect(await web()).toHaveLength(1);
  });
});
