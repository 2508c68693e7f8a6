import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../../../sdk/cli/system-clock";
import { createConnectionPool } from "../../../../sdk/engine/connection/connection-pool";

describe("the connections of a run", () => {
  const folder = mkdtempSync(join(tmpdir(), "dray-pool-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const open = () => {
    const [ssh, dials] = [join(folder, "ssh"), join(folder, "dials")];
    writeFileSync(dials, "");
    writeFileSync(
      ssh,
      `#!/bin/sh\necho >> '${dials}'\necho 'connect to host 10.0.0.1 port 22: Connection refused' >&2\nexit 255\n`,
      {
        mode: 0o755,
      },
    );
    const pool = createConnectionPool({ runtimeDir: join(folder, "run"), clock: systemClock, sshCommand: ssh });
    return { pool, dials: () => readFileSync(dials, "utf8").length };
  };
  const spec = { kind: "ssh", address: "10.0.0.1" } as const;
  const refused = { code: "HOST_REFUSED" };

  // A prepared host is asked for its engine and for its shell, each more than once in a preview.
  it("dial a dead host once, whether its engine or its shell is wanted", async () => {
    const { pool, dials } = open();
    const wanted = [pool.connect("rack", spec), pool.openShell("rack", spec), pool.openShell("rack", spec)];
    for (const one of await Promise.allSettled(wanted)) expect(one).toMatchObject({ status: "rejected", reason: refused });
    await expect(pool.openShell("rack", spec)).rejects.toMatchObject(refused);
    expect(dials()).toBe(1);
  });

  it("dial a machine that is waited for as often as it takes", async () => {
    const { pool, dials } = open();
    for (const _ of [1, 2]) await expect(pool.openShell("rack", spec)).rejects.toMatchObject(refused);
    expect(dials()).toBe(2);
  });
});
