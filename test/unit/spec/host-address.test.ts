import { parseHostAddress } from "../../../sdk/spec/host-address";

describe("a host as one word", () => {
  it.each([
    ["ssh://10.0.0.11", { address: "10.0.0.11", rest: "" }],
    ["ssh://deploy@rack.example:2222", { address: "rack.example", user: "deploy", port: 2222, rest: "" }],
    ["ssh://deploy@rack/ab12", { address: "rack", user: "deploy", rest: "ab12" }],
    ["ssh://[fe80::1]:22/x/y", { address: "fe80::1", port: 22, rest: "x/y" }],
  ])("is read: %s", (written, expected) => {
    expect(parseHostAddress(written)).toEqual(expected);
  });

  it.each([
    "rack",
    "deploy@rack",
    "https://rack",
    "ssh://",
    "ssh://u:password@rack",
    "ssh://-oProxyCommand=x@rack",
    "ssh://a%20b@rack",
    "ssh://rack?x=1",
  ])("is none, or none that is safe to dial: %s", (written) => {
    expect(parseHostAddress(written)).toBeUndefined();
  });
});
