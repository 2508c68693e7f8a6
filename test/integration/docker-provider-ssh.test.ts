import { execFile, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sshOptions } from "../../components/docker/ssh-options";
import type { HostConnection } from "../../sdk/spec/host";
import { describeUnless } from "../support/describe-unless";
import { haveSshd, type LoopbackSshd, startLoopbackSshd } from "../support/loopback-sshd";

type Ssh = Extract<HostConnection, { kind: "ssh" }>;

describeUnless(haveSshd() ? undefined : "no sshd")("the options that @pulumi/docker gives to ssh", () => {
  let sshd: LoopbackSshd;
  let rsa: string;

  beforeAll(async () => {
    sshd = await startLoopbackSshd();
    const file = join(sshd.folder, "host_rsa");
    execFileSync("ssh-keygen", ["-q", "-t", "rsa", "-b", "2048", "-N", "", "-C", "", "-f", file]);
    rsa = readFileSync(`${file}.pub`, "utf8").trim();
    await sshd.restart([`HostKey ${file}`]);
  });
  afterAll(() => sshd?.stop());

  const dial = (hostKey: string, way: Partial<Ssh> = {}) => {
    const connection = { ...(sshd.spec as Ssh), ...way };
    const options = sshOptions(connection, { host: "rack", verified: hostKey, programDir: sshd.folder });
    const login = ["-l", connection.user ?? "", "-p", String(connection.port)];
    const args = ["-F", "/dev/null", ...login, ...options, "-T", "--", connection.address, "true"];
    // Not in one go: the server's log has to be read meanwhile.
    return new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile("ssh", args, (error, _, stderr) => resolve({ code: error?.code ?? 0, stderr }));
    });
  };

  it("let us in by any of the host's keys, whichever kind it is and whichever port it is shown on", async () => {
    for (const key of [sshd.hostKeys.ed25519, sshd.hostKeys.ecdsa, rsa]) expect(await dial(key)).toMatchObject({ code: 0 });
  });

  it("refuse a host that has no such key", async () => {
    const [type = "", base64 = ""] = sshd.hostKeys.ecdsa.split(" ");
    const another = `${type} ${base64.slice(0, -8)}AAAAAAA=`;
    expect(await dial(another)).toMatchObject({ code: 255 });
    expect(await dial(sshd.hostKeys.ed25519.replace(/.{8}$/, "AAAAAAAA"))).toMatchObject({
      code: 255,
      stderr: expect.stringMatching(/verification failed/),
    });
  });

  it("go through a proxy command, quotes and all, and by a key that is named from the program's folder", async () => {
    const relay =
      'const [host, port] = process.argv.slice(1); process.stdin.pipe(require("net").connect(port, host)).pipe(process.stdout)';
    const way = { identityFile: "id", proxyCommand: `'${process.execPath}' -e '${relay}' %h %p` };
    expect(await dial(sshd.hostKeys.ed25519, way)).toMatchObject({ code: 0 });
    expect(await dial(sshd.hostKeys.ed25519, { ...way, proxyCommand: "false" })).toMatchObject({ code: 255 });
  });
});
