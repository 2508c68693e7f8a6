import { normaliseHost, normaliseLocalHost } from "../../../sdk/spec/host";
import { normaliseImage } from "../../../sdk/spec/image";
import { UNKNOWN } from "../../../sdk/spec/unknown";

const fingerprint = `SHA256:${"A".repeat(43)}`;

describe("a host", () => {
  it("becomes a connection", () => {
    const input = { address: "rack", user: "deploy", port: 2222, identityFile: "~/.ssh/id", hostKey: fingerprint, rebuilt: "m1" };
    const { rebuilt, ...rest } = input;
    expect(normaliseHost(input)).toEqual({ connection: { kind: "ssh", ...rest }, rebuilt });
    expect(normaliseLocalHost({})).toEqual({ connection: { kind: "local" } });
    expect(normaliseLocalHost({ socket: "/run/d.sock" })).toEqual({ connection: { kind: "local", socket: "/run/d.sock" } });
  });

  it("is reached through a command and with several keys", () => {
    const input = { address: "rack", identityFile: ["~/.ssh/a", "keys/b"], proxyCommand: "nc -X 5 -x proxy:1080 %h %p" };
    expect(normaliseHost(input)).toEqual({ connection: { kind: "ssh", ...input } });
  });

  it("keeps apart what it says of itself from how it is reached", () => {
    const traits = {
      publishedAddresses: ["shop.example.com", "2001:db8::1"],
      privateAddress: "10.1.0.4",
      storage: { outlivesMachine: true },
      endpoint: { kind: "floating", address: "203.0.113.7" },
      gpus: 1,
      protection: { data: true },
    };
    const hostKey = { hostKey: fingerprint, hostKeySource: "provider" };
    const connection = { kind: "ssh", address: "rack", hostKey: fingerprint };
    expect(normaliseHost({ address: "rack", ...hostKey, ...traits })).toEqual({ connection, traits });
    expect(normaliseLocalHost({ gpus: 1 })).toEqual({ connection: { kind: "local" }, traits: { gpus: 1 } });
    const later = { endpoint: { kind: "floating", address: UNKNOWN } };
    expect(normaliseHost({ address: UNKNOWN, ...later }, { allowUnknown: true })).toMatchObject({ traits: later });
  });

  it("that is unknown in preview stays unknown", () => {
    expect(normaliseHost({ address: UNKNOWN, hostKey: UNKNOWN }, { allowUnknown: true })).toEqual({
      connection: { kind: "ssh", address: UNKNOWN, hostKey: UNKNOWN },
    });
  });

  it.each<[string, unknown, string]>([
    ["no address", {}, "address"],
    ["an address that ssh would read as an option", { address: "-oProxyCommand=x" }, "address"],
    ["a user that ssh would read as an option", { address: "a", user: "-x" }, "user"],
    ["a jump that ssh would read as an option", { address: "a", proxyJump: "-x" }, "proxyJump"],
    ["two words", { address: "a b" }, "address"],
    ["no key", { address: "a", hostKey: "MD5:00" }, "hostKey"],
    ["a port beyond the end", { address: "a", port: 70_000 }, "port"],
    ["an unknown key", { address: "a", adress: "b" }, "adress"],
    ["two ways", { address: "a", proxyJump: "b", proxyCommand: "nc %h %p" }, "proxyCommand"],
    ["a command of two lines", { address: "a", proxyCommand: "nc\n-oX=y" }, "proxyCommand"],
    ["an empty key", { address: "a", identityFile: ["id", ""] }, "identityFile[1]"],
    ["somebody who vouches for no key", { address: "a", hostKeySource: "provider" }, "hostKeySource"],
    ["an endpoint of no kind", { address: "a", endpoint: {} }, "endpoint.kind"],
    ["an address of an endpoint that is none", { address: "a", endpoint: { kind: "none", address: "b" } }, "endpoint.address"],
    ["an address that is a URL", { address: "a", publishedAddresses: ["https://b"] }, "publishedAddresses[0]"],
    ["a port that is none", { address: "a", openPorts: ["80", "0"] }, "openPorts[1]"],
    ["a range from high to low", { address: "a", openPorts: ["90-80"] }, "openPorts[0]"],
    ["a port beyond the last", { address: "a", openPorts: ["80-70000/udp"] }, "openPorts[0]"],
    ["a trait that does not exist", { address: "a", storage: { outlives: true } }, "storage.outlives"],
    ["a relative socket", { address: "a", socket: "docker.sock" }, "socket"],
  ])("with %s is refused by path", (_, input, path) => {
    expect(normaliseHost(input)).toMatchObject({ problems: [{ path }] });
  });
});

describe("an image", () => {
  it("has its defaults filled and no secret value in its spec", () => {
    const result = normaliseImage({ context: "./web", args: { V: "1" }, secrets: { token: "hunter2" } });
    expect(result).toEqual({
      spec: { context: "./web", dockerfile: "Dockerfile", args: { V: "1" }, secrets: ["token"] },
      secrets: { token: "hunter2" },
    });
  });

  it("with mistakes names all of them and shows no value of args and secrets", () => {
    const result = normaliseImage({ contxt: ".", args: { V: 77777 }, secrets: { token: 88888 }, platform: "windows" });
    if (!("problems" in result)) throw new Error("no problems");
    expect(result.problems.map(({ path }) => path).sort()).toEqual(["args.V", "context", "contxt", "platform", "secrets.token"]);
    expect(JSON.stringify(result.problems)).not.toMatch(/77777|88888/);
  });
});
