import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dialAsDocker } from "../support/docker-package/dial-as-docker";
import { type DockerPackage, startDockerPackage } from "../support/docker-package/start-docker-package";
import { type TestHosts, testHosts } from "../support/e2e/test-hosts";
import { TestProgram } from "../support/e2e/test-program";

jest.setTimeout(60_000);

describe("a volume of @pulumi/docker on a host", () => {
  let hosts: TestHosts;
  let docker: DockerPackage;
  let program: TestProgram;

  const address = () => {
    const { address: at, port, user } = hosts.lab.host("rack");
    return `ssh://${user}@${at}${port === undefined ? "" : `:${port}`}`;
  };
  const given = () => {
    const found = docker.configured.get(address());
    if (found === undefined) throw new Error(`no provider for ${address()}: ${[...docker.configured.keys()]}`);
    return found;
  };

  beforeAll(async () => {
    [hosts, docker] = await Promise.all([testHosts(), startDockerPackage()]);
    const { hostKey, address: at, port, user, identityFile } = hosts.lab.host("rack");
    const fingerprint = /SHA256:\S+/.exec(execFileSync("ssh-keygen", ["-lf", "-"], { input: hostKey, encoding: "utf8" }))?.[0];
    const env = { ...docker.env, DOCKER_CONTEXT: "elsewhere", DOCKER_HOST: undefined };
    program = await TestProgram.open({ folder: "test/fixtures/programs/beside", stack: "beside", hosts, env });
    program.configure("rack", { address: at, port, user, identityFile, hostKey: fingerprint });
  });
  afterAll(async () => {
    await program?.remove();
    await docker?.stop();
  });

  it("is made by a provider that is told where the host is", async () => {
    await program.up();
    expect(docker.done.filter((line) => line.startsWith("create")).sort()).toEqual(["create beside", "create here"]);
    expect([...docker.configured.keys()].sort()).toEqual([address(), "unix:///var/run/docker.sock"]);
    expect(given()).toMatchObject({ context: "" });
    await program.ends(0, "preview", "--exit-code");
  });

  /** What a user may have in their configuration for other purposes. */
  const hostileConfig = (known: string) => {
    const [config, knownHosts] = [join(program.dir, "ssh_config"), join(program.dir, "known_hosts")];
    writeFileSync(knownHosts, `* ${known}\n`);
    const lines = ["HostKeyAlgorithms rsa-sha2-512", "StrictHostKeyChecking no", "NoHostAuthenticationForLocalhost yes"];
    const shell = ["RemoteCommand /bin/false", "LocalForward 1 127.0.0.1:1", "ExitOnForwardFailure yes", "RequestTTY force"];
    writeFileSync(config, ["Host *", `UserKnownHostsFile ${knownHosts}`, ...lines, ...shell, ""].join("\n"));
    return config;
  };
  const anotherKey = () => {
    const file = join(program.dir, "another");
    if (!existsSync(file)) execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file]);
    return readFileSync(`${file}.pub`, "utf8").trim();
  };

  it("reaches the host's engine with just that, whatever is in the user's files", async () => {
    const { answer, exitCode, stderr } = await dialAsDocker(address(), given().sshOpts, hostileConfig(anotherKey()));
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(answer?.ID).toBe(JSON.parse(await hosts.rack.engine.docker("info", "--format", "{{json .ID}}")));
  });

  it("reaches nothing when another key is pinned, though the user's files know the host's", async () => {
    const sshOpts = given().sshOpts.map((option) => option.replace(/(?<=echo %H ).*/, anotherKey()));
    const { hostKey } = hosts.lab.host("rack");
    const { answer, exitCode, stderr } = await dialAsDocker(address(), sshOpts, hostileConfig(hostKey));
    expect([exitCode, answer]).toEqual([255, undefined]);
    expect(stderr).toMatch(/host key verification failed/i);
  });

  it("is previewed unchecked, and by nobody, while its host does not exist", async () => {
    const before = docker.done.length;
    writeFileSync(
      join(program.dir, "index.ts"),
      `${program.read("index.ts")}
import { HostKey } from "drayage";
const key = new HostKey("later");
const later = new Host("later", { address: key.fingerprint, hostKey: key });
new Volume("later", {}, { provider: dockerProvider(later) });
`,
    );
    const { exitCode, lines, ran } = await program.json("preview");
    expect([exitCode, ran.stderr]).toEqual([0, ""]);
    const { resources } = lines.at(-1) as unknown as { resources: { name: string; type: string; operation: string }[] };
    expect(resources).toContainEqual(
      expect.objectContaining({ type: "docker:index/volume:Volume", name: "later", operation: "create" }),
    );
    expect(docker.done.slice(before)).toEqual([]);
  });
});
