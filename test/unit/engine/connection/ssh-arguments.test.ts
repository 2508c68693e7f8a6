import type { SshConnectionSpec } from "../../../../sdk/engine/connection/connection";
import {
  checkSshSpec,
  connectionKey,
  masterArguments,
  masterCommandArguments,
} from "../../../../sdk/engine/connection/ssh-arguments";

const spec = (more: Partial<SshConnectionSpec> = {}): SshConnectionSpec => ({ kind: "ssh", address: "10.0.0.11", ...more });
const question = { script: "/run/d/host-key.sh", record: "/run/d/x.keys" };

describe("values that become arguments of ssh", () => {
  it.each<Partial<SshConnectionSpec>>([
    { address: "-oProxyCommand=touch /tmp/x" },
    { address: "" },
    { address: "a b" },
    { address: "$(id)" },
    { address: "user@host" },
    { address: "%h" },
    { user: "-l" },
    { user: "a\nb" },
    { user: "`id`" },
    { proxyJump: "-W" },
    { proxyJump: "a;b" },
    { identityFile: "-F/etc/passwd" },
    { identityFile: ["id", "-F/etc/passwd"] },
    { proxyCommand: "nc %h %p\n-oLocalCommand=id" },
    { proxyCommand: "" },
    { proxyCommand: "nc %h %p", proxyJump: "bastion" },
    { socket: "run/docker.sock" },
    { socket: "/run/a:/run/b" },
    { port: 0 },
    { port: 70000 },
  ])("are refused: %j", (part) => {
    expect(() => checkSshSpec("rack", spec(part))).toThrow(expect.objectContaining({ code: "INVALID_PROGRAM" }));
  });

  it.each<Partial<SshConnectionSpec>>([
    { address: "rack.example.org", user: "deploy", port: 2222 },
    { address: "2001:db8::1" },
    { proxyJump: "ops@bastion:22,second" },
    { identityFile: "~/My Keys/id_ed25519" },
    { identityFile: ["one", "two"] },
    { proxyCommand: "aws ssm start-session --target %h --parameters 'portNumber=%p'" },
    { socket: "/run/user/1000/docker.sock" },
  ])("are accepted: %j", (part) => {
    expect(() => checkSshSpec("rack", spec(part))).not.toThrow();
  });
});

describe("the arguments of a master", () => {
  it("end in the address, after which nothing is an option", () => {
    const args = masterArguments(spec({ user: "deploy", port: 2222 }), "/run/d/x.ctl", 600, question);
    expect(args.slice(-2)).toEqual(["--", "10.0.0.11"]);
    expect(args.join(" ")).toContain("-l deploy -p 2222");
  });

  it("offer the keys in the order given and no others, and go through a command as one word", () => {
    const proxyCommand = "nc -x proxy:1080 %h %p";
    const args = masterArguments(spec({ identityFile: ["a", "b c"], proxyCommand }), "/run/d/x.ctl", 600, question);
    expect(args.join("|")).toContain(`-i|a|-i|b c|-o|IdentitiesOnly=yes|-o|ProxyCommand=${proxyCommand}|--|`);
    expect(masterArguments(spec({ identityFile: [] }), "/run/d/x.ctl", 600, question)).not.toContain("IdentitiesOnly=yes");
  });

  it("always check the host key strictly, and with a pin by nothing but the pin", () => {
    const free = masterArguments(spec(), "/run/d/x.ctl", 600, question);
    const pinned = masterArguments(spec(), "/run/d/x.ctl", 600, { ...question, wanted: "SHA256:a", algorithms: ["ssh-ed25519"] });
    for (const args of [free, pinned]) {
      expect(args).toContain("StrictHostKeyChecking=yes");
      expect(args).toContain("BatchMode=yes");
    }
    expect(free.join()).not.toContain("UserKnownHostsFile");
    expect(pinned).toEqual(
      expect.arrayContaining(["UserKnownHostsFile=none", "GlobalKnownHostsFile=none", "VerifyHostKeyDNS=no"]),
    );
  });

  it("of what is asked of it cannot open a connection past it", () => {
    for (const kind of ["check", "exit"] as const)
      expect(masterCommandArguments("/run/d/x.ctl", { kind })).toEqual(
        expect.arrayContaining(["ProxyCommand=/bin/false", "/dev/null"]),
      );
  });
});

describe("the key of a connection", () => {
  it("is the same for the same spec in any order, and another for another pin", () => {
    const one = connectionKey({ kind: "ssh", address: "a", hostKey: "SHA256:1" }, ["ssh"]);
    expect(connectionKey({ hostKey: "SHA256:1", address: "a", kind: "ssh" }, ["ssh"])).toBe(one);
    expect(connectionKey({ kind: "ssh", address: "a", hostKey: "SHA256:2" }, ["ssh"])).not.toBe(one);
    expect(connectionKey({ kind: "ssh", address: "a", hostKey: "SHA256:1" }, ["other"])).not.toBe(one);
  });
});
