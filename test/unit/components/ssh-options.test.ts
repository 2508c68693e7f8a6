import { sshAddress, sshOptions } from "../../../components/docker/ssh-options";

const ed25519 = `ssh-ed25519 AAAA${"b".repeat(64)}`;
const rsa = `ssh-rsa AAAA${"c".repeat(64)}==`;
const rack = { kind: "ssh", address: "10.0.0.11" } as const;
const around = { host: "rack", verified: ed25519, programDir: "/work/shop" };

describe("the address that @pulumi/docker gets", () => {
  it.each([
    [rack, "ssh://10.0.0.11"],
    [{ ...rack, user: "deploy", port: 2222 }, "ssh://deploy@10.0.0.11:2222"],
    [{ ...rack, address: "fd00::7", port: 22 }, "ssh://[fd00::7]:22"],
    [{ ...rack, user: "DOMAIN\\ann" }, "ssh://DOMAIN%5Cann@10.0.0.11"],
    [{ ...rack, socket: "/run/user/1000/docker.sock" }, "ssh://10.0.0.11/run/user/1000/docker.sock"],
  ])("says where, as whom and to which socket: %j", (connection, address) => {
    expect(sshAddress(connection)).toBe(address);
    expect(new URL(address).protocol).toBe("ssh:");
  });
});

describe("the options that @pulumi/docker gives to ssh", () => {
  it("pin the key that was verified, and let no file and no kept connection say otherwise", () => {
    const options = sshOptions({ ...rack, hostKey: "SHA256:abc" }, around);
    for (const option of [
      `KnownHostsCommand=/bin/echo %H ${ed25519}`,
      "HostKeyAlgorithms=ssh-ed25519",
      "StrictHostKeyChecking=yes",
      "UserKnownHostsFile=none",
      "GlobalKnownHostsFile=none",
      "NoHostAuthenticationForLocalhost=no",
      "ControlPath=none",
      "BatchMode=yes",
    ])
      expect(options[options.indexOf(option) - 1]).toBe("-o");
    expect(options.join(" ")).not.toMatch(/IdentitiesOnly|-i |-J |ProxyCommand/);
  });

  it("take a key that was pinned in full, and SHA-2 for one of RSA", () => {
    const options = sshOptions({ ...rack, hostKey: `${rsa} root@rack` }, around);
    expect(options).toContain(`KnownHostsCommand=/bin/echo %H ${rsa}`);
    expect(options).toContain("HostKeyAlgorithms=rsa-sha2-512,rsa-sha2-256");
  });

  it("go the way that the host is reached by, with keys from the program's folder", () => {
    const identityFile = ["keys/rack", "~/.ssh/id", "/etc/keys/it"];
    const options = sshOptions({ ...rack, identityFile, proxyJump: "ann@bastion:22" }, around);
    const words = ["-i", "/work/shop/keys/rack", "-i", "~/.ssh/id", "-i", "/etc/keys/it", "-J", "ann@bastion:22"];
    expect(options.slice(-words.length)).toEqual(words);
    expect(options).toContain("IdentitiesOnly=yes");
    const proxyCommand = "nc -X 5 -x 'proxy:1080' %h %p";
    expect(sshOptions({ ...rack, proxyCommand }, around)).toContain(`ProxyCommand=${proxyCommand}`);
  });

  it("cannot be had with a fingerprint alone, nor with what is no key", () => {
    for (const verified of [undefined, "SHA256:abc", "ssh-ed25519 AAAA; touch /tmp/x", 'ssh-"x AAAAbbbb'])
      expect(() => sshOptions({ ...rack, hostKey: "SHA256:abc" }, { ...around, verified })).toThrow(
        expect.objectContaining({ code: "INVALID_PROGRAM", subject: "docker provider of rack" }),
      );
  });

  it("cannot be had of a host that was retired", () => {
    expect(() => sshOptions({ kind: "ssh", address: "" }, { ...around, verified: "" })).toThrow(
      expect.objectContaining({ code: "INVALID_PROGRAM", message: "rack has no machine any more" }),
    );
  });
});
