/**
 * A machine that boots with an injected key. As the real one it shows the key that is asked for first, keeps its keys over a run that
 * dies, forgets nothing of a script that had begun, and shows files that were removed until sshd is told.
 */

import type { SshConnectionSpec } from "../../sdk/engine/connection/connection";
import { type HostKey, hostKeyText, parseHostKey } from "../../sdk/engine/connection/host-key";
import type { Shell, ShellOptions, ShellRun } from "../../sdk/engine/connection/shell";
import { DrayageError } from "../../sdk/spec/drayage-error";

/** What a process that is killed leaves behind: an effect, and nobody who was told of it. */
export class Killed extends Error {}

export class FakeMachine {
  /** Files in /etc/ssh, and what sshd has loaded of them. */
  readonly files = new Map<string, { key: string; mark: string }>();
  served: string[] = [];
  /** Keys that contacts were pinned to, in order. */
  readonly contacts: string[] = [];
  /** What a dial ends with before the machine is up; shifted one by one. */
  readonly failures: DrayageError[] = [];
  bootReport: Pick<ShellRun, "exitCode" | "stdout"> = { exitCode: 0, stdout: '{"status": "done", "errors": []}' };
  /** Called before and after each effect; throws to kill the run. */
  instant: (name: string) => void = () => undefined;
  private made = 0;

  constructor(readonly injected: HostKey) {
    this.files.set("ecdsa", { key: hostKeyText(injected), mark: "" });
    this.served = [hostKeyText(injected)];
  }

  get own(): string {
    return this.files.get("ed25519")?.key ?? "";
  }

  open = async (spec: SshConnectionSpec): Promise<Shell> => {
    this.instant("before dial");
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    const pin = spec.hostKey ?? "";
    this.contacts.push(pin);
    if (!this.served.includes(pin)) throw new DrayageError("HOST_KEY_CHANGED", "shows another key; nothing was sent");
    this.instant("after dial");
    return { host: "cloud", spec, hostKey: pin, run: (script, options) => this.run(script, options), stream };
  };

  private async run(script: string, { input = "", root = false }: ShellOptions = {}): Promise<ShellRun> {
    if (script.includes("cloud-init status")) return { stderr: "", ...this.bootReport };
    if (!root) return { exitCode: 1, stdout: "", stderr: "Permission denied" };
    const [first = "", second = ""] = input.split("\n");
    const answer = script.includes("rm -f") && !script.includes("mktemp") ? this.remove(first, second) : this.make(first);
    return { exitCode: 0, stderr: "", stdout: "", ...answer };
  }

  private make(injected: string): Partial<ShellRun> {
    const found = this.files.get("ed25519");
    if (found?.mark !== injected) {
      this.step("key", () => this.files.set("ed25519", { key: ownKey(++this.made), mark: found?.mark ?? "" }));
      this.step("mark", () => this.files.set("ed25519", { key: this.own, mark: injected }));
    }
    this.reload();
    return { stdout: `${this.own} a comment\n` };
  }

  private remove(injected: string, own: string): Partial<ShellRun> {
    if (this.own !== own) return { exitCode: 3, stderr: "is not the key of this machine" };
    const [name] = [...this.files].find(([, { key }]) => key === injected) ?? [];
    if (name !== undefined) this.step("remove", () => this.files.delete(name));
    this.reload();
    return {};
  }

  private reload(): void {
    this.step("reload", () => {
      this.served = [...this.files.values()].map(({ key }) => key);
    });
  }

  private step(name: string, effect: () => void): void {
    this.instant(`before ${name}`);
    effect();
    this.instant(`after ${name}`);
  }
}

/** A well-formed ed25519 key, another for each number. */
function ownKey(number: number): string {
  const type = Buffer.from("ssh-ed25519");
  const length = (bytes: number) => Buffer.from([0, 0, 0, bytes]);
  const blob = Buffer.concat([length(type.length), type, length(32), Buffer.alloc(32, number)]);
  const key = parseHostKey(`ssh-ed25519 ${blob.toString("base64")}`);
  if (key === undefined) throw new Error("not a key");
  return hostKeyText(key);
}

const stream = async (): Promise<never> => {
  throw new Error("an enrolment streams nothing");
};
