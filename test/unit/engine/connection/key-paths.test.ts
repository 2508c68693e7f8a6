import { withKeyPaths } from "../../../../sdk/engine/connection/key-paths";

const placed = (identityFile: string | readonly string[] | undefined) =>
  withKeyPaths({ kind: "ssh", address: "rack", identityFile }, "/program", "/home/me");

describe("private keys of a host", () => {
  it.each([
    ["keys/id", "/program/keys/id"],
    ["~/.ssh/id", "/home/me/.ssh/id"],
    ["/etc/id", "/etc/id"],
    [
      ["keys/a", "~/b"],
      ["/program/keys/a", "/home/me/b"],
    ],
    [undefined, undefined],
  ])("%j are at %j", (written, path) => {
    expect(placed(written)).toMatchObject({ identityFile: path });
  });
});
