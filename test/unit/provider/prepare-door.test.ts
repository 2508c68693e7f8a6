import type { Shell } from "../../../sdk/engine/connection/shell";
import { createPrepareDoor } from "../../../sdk/provider/prepare-door";
import { DrayageError } from "../../../sdk/spec/drayage-error";
import { daemonJson, defaults, lookOutput, runningEngine, spec } from "../engine/host/prepare/machines";
import { clock, operation } from "./handler-harness";

const prepared = { ...runningEngine, ...daemonJson(defaults) };
const ref = { name: "rack", connection: { kind: "ssh" as const, address: "rack.example", identityFile: "/program/key" } };
const asWritten = { ...ref, connection: { ...ref.connection, identityFile: "key", user: undefined } };

function open() {
  const looks: string[] = [];
  const world = { facts: prepared as Parameters<typeof lookOutput>[0], now: 0, fails: 0 };
  const shell = {
    host: "rack",
    run: async (_script: string, { root = false }) => {
      looks.push(root ? "root" : "user");
      if (world.fails-- > 0) throw new DrayageError("HOST_TIMEOUT", "did not answer");
      return { exitCode: 0, stdout: lookOutput(world.facts), stderr: "" };
    },
  };
  const door = createPrepareDoor({
    connections: async () => ({ openShell: async () => shell as unknown as Shell }),
    hosts: { forget: async () => undefined },
    home: "/home/me",
    clock: { monotonic: () => world.now },
  });
  const context = { report: operation("rack").report, signal: new AbortController().signal, clock };
  return { door, looks, world, preview: () => door.preview({ ref: asWritten, base: "/program", spec: spec(), context }) };
}

describe("a look at a prepared host that was begun while Pulumi boots", () => {
  it("serves the one preview that follows", async () => {
    const { door, looks, preview } = open();
    await door.lookAhead(ref, {});
    expect(looks).toEqual(["user"]);
    expect((await preview()).plan.operations).toEqual([]);
    expect(looks).toEqual(["user"]);
    await preview();
    expect(looks).toEqual(["user", "user"]);
  });

  it("serves no preview of other wishes, and none that comes too late", async () => {
    const { door, looks, world, preview } = open();
    await door.lookAhead(ref, { liveRestore: false });
    await preview();
    await door.lookAhead(ref, {});
    world.now = 11_000;
    looks.splice(0);
    await preview();
    expect(looks).toEqual(["user"]);
  });

  it("that failed is made again", async () => {
    const { door, world, preview } = open();
    world.fails = 1;
    await expect(door.lookAhead(ref, {})).rejects.toMatchObject({ code: "HOST_TIMEOUT" });
    expect(await preview()).toMatchObject({ usable: true });
  });

  it("is not made of what another version wrote", async () => {
    const { door, looks } = open();
    await door.lookAhead(ref, { engine: 3 });
    await door.lookAhead(ref, "all");
    expect(looks).toEqual([]);
  });
});
