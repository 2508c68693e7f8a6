import { type HostKey, hostKeyText } from "../../../../../sdk/engine/connection/host-key";
import { dropInjectedKey, type Enrolment, enrolHost } from "../../../../../sdk/engine/host/enrol/enrol-host";
import { silentReport } from "../../../../../sdk/engine/report";
import { DrayageError } from "../../../../../sdk/spec/drayage-error";
import { FakeClock } from "../../../../support/fake-clock";
import { FakeMachine, Killed } from "../../../../support/fake-machine";
import { ecdsaKey, ed25519Key } from "../../connection/example-keys";

const spec = { kind: "ssh", address: "203.0.113.7", user: "deploy" } as const;

function setUp(key: HostKey = ecdsaKey) {
  const machine = new FakeMachine(key);
  const clock = new FakeClock();
  const said: string[] = [];
  const left: (string | undefined)[] = [];
  const abort = new AbortController();
  const report = { ...silentReport, say: (_: string, text: string) => void said.push(text) };
  const enrolment: Enrolment = {
    host: "cloud",
    spec,
    injected: hostKeyText(ecdsaKey),
    context: { report, clock, signal: abort.signal },
    patienceMs: 60_000,
    open: machine.open,
    leave: async ({ hostKey }) => void left.push(hostKey),
  };
  return { machine, clock, said, left, abort, enrolment };
}

/** What an up does, with Pulumi's state between the two steps. */
async function up(enrolment: Enrolment, state: { own?: string; dropped?: boolean }, instant: (name: string) => void) {
  if (state.own === undefined) {
    const own = await enrolHost(enrolment);
    instant("before record");
    state.own = own;
    instant("after record");
  }
  if (state.dropped) return;
  await dropInjectedKey(enrolment, state.own);
  instant("before the second record");
  state.dropped = true;
}

const failure = (code: "HOST_REFUSED" | "HOST_TIMEOUT" | "HOST_UNREACHABLE" | "PERMISSION_DENIED") =>
  new DrayageError(code, code);

describe("a machine that is met for the first time", () => {
  it("is left with one key, made by itself, that nobody but it ever had", async () => {
    const { machine, enrolment, left } = setUp();
    const state: { own?: string } = {};
    await up(enrolment, state, () => undefined);
    expect(machine.served).toEqual([state.own]);
    expect(state.own).toMatch(/^ssh-ed25519 /);
    expect(machine.contacts).toEqual([hostKeyText(ecdsaKey), state.own, state.own]);
    expect(left).toEqual([hostKeyText(ecdsaKey)]);
  });

  it("does not keep the key that came with its image", async () => {
    const { machine, enrolment } = setUp();
    machine.files.set("ed25519", { key: hostKeyText(ed25519Key), mark: "" });
    expect(await enrolHost(enrolment)).not.toBe(hostKeyText(ed25519Key));
  });

  it("can be killed between any two steps: the next up gets in and ends the same, and the given key is never trusted again", async () => {
    const points: string[] = [];
    for (let killAt = 0; ; killAt++) {
      const { machine, enrolment } = setUp();
      const state: { own?: string; dropped?: boolean } = {};
      let seen = 0;
      const instant = (name: string) => {
        if (seen++ !== killAt) return;
        points.push(name);
        throw new Killed();
      };
      machine.instant = instant;
      const killed = await up(enrolment, state, instant).then(
        () => false,
        (error) => error instanceof Killed,
      );
      machine.instant = () => undefined;
      const trustedBefore = machine.contacts.length;
      const recorded = state.own;
      await up(enrolment, state, () => undefined);
      expect(machine.served).toEqual([state.own]);
      if (recorded !== undefined) {
        expect(state.own).toBe(recorded);
        expect(machine.contacts.slice(trustedBefore)).not.toContain(hostKeyText(ecdsaKey));
      }
      if (!killed) break;
    }
    expect(points).toEqual(
      expect.arrayContaining([
        "after dial",
        "after key",
        "after mark",
        "after reload",
        "before record",
        "after record",
        "after remove",
      ]),
    );
    expect(points.at(-1)).toBe("before the second record");
  });

  it("is waited for while it boots, and dialled with the same pin each time", async () => {
    const { machine, enrolment, clock } = setUp();
    machine.failures.push(failure("HOST_TIMEOUT"), failure("HOST_REFUSED"), failure("HOST_UNREACHABLE"));
    const began = clock.monotonic();
    await enrolHost(enrolment);
    expect(clock.monotonic() - began).toBeGreaterThan(1000);
  });

  it("is given up when patience ends, with what it said last", async () => {
    const { machine, enrolment, clock } = setUp();
    machine.failures.push(...Array.from({ length: 100 }, () => failure("HOST_REFUSED")));
    const began = clock.monotonic();
    await expect(enrolHost(enrolment)).rejects.toMatchObject({
      code: "HOST_TIMEOUT",
      message: "203.0.113.7 let nobody in: HOST_REFUSED, after 60 s",
      hint: expect.stringContaining("console"),
    });
    expect(clock.monotonic() - began).toBeLessThan(63_000);
  });

  it("is refused at once when it shows another key, or lets the user not in: waiting cures neither", async () => {
    const stranger = setUp(ed25519Key);
    await expect(enrolHost(stranger.enrolment)).rejects.toMatchObject({ code: "HOST_KEY_CHANGED" });
    const denied = setUp();
    denied.machine.failures.push(failure("PERMISSION_DENIED"));
    await expect(enrolHost(denied.enrolment)).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
    expect([stranger.clock.monotonic(), denied.clock.monotonic()]).toEqual([new FakeClock().now(), new FakeClock().now()]);
  });

  it("is no longer waited for when somebody has had enough", async () => {
    const { machine, enrolment, abort } = setUp();
    machine.failures.push(...Array.from({ length: 100 }, () => failure("HOST_REFUSED")));
    const waiting = enrolHost(enrolment);
    abort.abort(new DrayageError("CANCELLED", "enough"));
    await expect(waiting).rejects.toMatchObject({ code: "CANCELLED" });
  });

  it("may have complaints of cloud-init, which are passed on", async () => {
    const { machine, enrolment, said } = setUp();
    machine.bootReport = { exitCode: 1, stdout: '{"status": "error", "errors": ["locale"]}' };
    await enrolHost(enrolment);
    expect(said).toEqual(["cloud-init: locale"]);
  });

  it("keeps the given key as long as its own is not the one that sshd would show", async () => {
    const { machine, enrolment } = setUp();
    const own = await enrolHost(enrolment);
    machine.files.delete("ed25519");
    await expect(dropInjectedKey(enrolment, own)).rejects.toMatchObject({ code: "HOST_UNSUPPORTED" });
    expect(machine.files.has("ecdsa")).toBe(true);
  });
});
