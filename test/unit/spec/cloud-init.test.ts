import { createHash } from "node:crypto";
import { parse } from "yaml";
import { cloudInitText, normaliseCloudInit, userDataLimit } from "../../../sdk/spec/cloud-init";
import { UNKNOWN } from "../../../sdk/spec/unknown";

const key = {
  privateKey: "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIExample\n-----END EC PRIVATE KEY-----\n",
  publicKey: "ecdsa-sha2-nistp256 AAAAE2VjZHNh",
};
const mine = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@laptop: "home" # 1';

function textOf(input: object): string {
  const read = normaliseCloudInit(input);
  const text = "spec" in read ? cloudInitText(key, read.spec) : read.problems;
  if (typeof text !== "string") throw new Error(JSON.stringify(text));
  return text;
}

describe("user data", () => {
  it("holds a host key and a login who may become root, and nothing else", () => {
    const text = textOf({ user: "ops", authorizedKeys: [mine], hostname: "cloud" });
    expect(text.split("\n")[0]).toBe("#cloud-config");
    expect(parse(text)).toEqual({
      hostname: "cloud",
      ssh_deletekeys: true,
      ssh_keys: { ecdsa_private: key.privateKey, ecdsa_public: key.publicKey },
      disable_root: true,
      ssh_pwauth: false,
      users: [
        {
          name: "ops",
          shell: "/bin/bash",
          lock_passwd: true,
          groups: ["docker"],
          sudo: "ALL=(ALL) NOPASSWD:ALL",
          ssh_authorized_keys: [mine],
        },
      ],
    });
  });

  // Whoever changes a byte makes the machines of programs that forgot ignoreChanges look new.
  it("is the same bytes for the same input, in every version", () => {
    const text = textOf({ authorizedKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@laptop"] });
    expect(createHash("sha256").update(text).digest("hex")).toBe(
      "3085bd651637329b43e02698016af8603a6ea6aa5f5d0f38f5f442937af3504f",
    );
  });

  it.each<[string, object, string]>([
    ["no key that opens the login", {}, "authorizedKeys"],
    ["an empty list of them", { authorizedKeys: [] }, "authorizedKeys"],
    ["a private key among them", { authorizedKeys: ["-----BEGIN OPENSSH PRIVATE KEY-----"] }, "authorizedKeys[0]"],
    ["a key with a second line", { authorizedKeys: ["ssh-ed25519 AAAA a\nssh-ed25519 AAAA b"] }, "authorizedKeys[0]"],
    ["root as the login", { user: "root", authorizedKeys: [mine] }, "user"],
    ["a login that would end a line", { user: "a\nb", authorizedKeys: [mine] }, "user"],
    ["a misspelt key", { authorizedKey: mine, authorizedKeys: [mine] }, "authorizedKey"],
    ["packages, which are not its business", { packages: ["git"], authorizedKeys: [mine] }, "packages"],
  ])("with %s is refused by path", (_, input, path) => {
    expect(normaliseCloudInit(input)).toEqual({ problems: [{ path, reason: expect.any(String) }] });
  });

  it("never shows a private key that was given by mistake", () => {
    const read = normaliseCloudInit({ authorizedKeys: ["-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNz"] });
    expect(JSON.stringify(read)).not.toContain("b3Blb");
  });

  it("that is longer than clouds take is refused with its size", () => {
    const many = Array.from({ length: 30 }, () => `ssh-rsa AAAA${"B".repeat(720)}`);
    const read = normaliseCloudInit({ authorizedKeys: many });
    expect("spec" in read && cloudInitText(key, read.spec)).toEqual({
      problem: {
        path: "authorizedKeys",
        reason: expect.stringMatching(new RegExp(`of \\d{5} bytes; clouds take ${userDataLimit}`)),
      },
    });
  });

  it("may be asked for with what is not known yet", () => {
    expect(normaliseCloudInit({ authorizedKeys: [UNKNOWN] }, { allowUnknown: true })).toHaveProperty("spec");
    expect(normaliseCloudInit({ authorizedKeys: [UNKNOWN] })).toHaveProperty("problems");
  });
});
