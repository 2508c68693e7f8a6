import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Note } from "../../../../sdk/cli/render/preview";
import { onlyOursPending, pendingWarnings } from "../../../../sdk/cli/session/pending-creates";
import { fakeTerminal } from "../fake-terminal";

const server = { urn: "urn:pulumi:dev::shop::hcloud:index/server:Server::web" };
const workload = { urn: "urn:pulumi:dev::shop::drayage:index:Workload::shop" };

describe("what a run finds pending", () => {
  let dir: string;
  const terminal = fakeTerminal();

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "drayage-pending-"));
    mkdirSync(join(dir, ".pulumi/stacks/shop"), { recursive: true });
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const write = (text: string) => writeFileSync(join(dir, ".pulumi/stacks/shop/dev.json"), text);
  const pending = (...resources: object[]) =>
    write(
      JSON.stringify({
        checkpoint: { latest: { pending_operations: resources.map((resource) => ({ resource, type: "creating" })) } },
      }),
    );
  const place = (stateDir: string | undefined) => ({
    chosen: { project: { name: "shop", dir, file: join(dir, "Pulumi.yaml") }, stack: "dev" },
    backend: { kind: "user", url: "", env: {}, stateDir } as const,
  });

  it("is told at its beginning, and after it what it was itself killed in", async () => {
    const notes: Note[] = [];
    pending(server);
    const warnings = pendingWarnings(place(dir), terminal, (note) => notes.push(note));
    await warnings.tell();
    expect(notes.map(({ subject }) => subject)).toEqual(["web", undefined]);
    await warnings.tell();
    expect(notes).toHaveLength(2);
    pending(server, { urn: `${server.urn}2` });
    await warnings.tell();
    expect(notes.slice(2).map(({ subject }) => subject)).toEqual(["web2", undefined]);
  });

  it("is not cleared by a refresh as long as somebody has to look first", async () => {
    expect(await onlyOursPending(place(dir), terminal)).toBe(true);
    pending(workload);
    expect(await onlyOursPending(place(dir), terminal)).toBe(true);
    pending(workload, server);
    expect(await onlyOursPending(place(dir), terminal)).toBe(false);
  });

  it("is asked of another backend only where the program uses other packages", async () => {
    const pulumi = join(dir, "pulumi");
    const state = { deployment: { pending_operations: [{ resource: server, type: "creating" }] } };
    writeFileSync(
      pulumi,
      `#!/bin/sh\necho "$@" >> ${dir}/ran\n[ "$1" = stack ] && echo '${JSON.stringify(state)}' || echo v3.230.0\n`,
    );
    chmodSync(pulumi, 0o755);
    const elsewhere = { ...terminal, env: { DRAYAGE_PULUMI: pulumi, PULUMI_BACKEND_URL: "s3://bucket" } };
    const uses = (name: string) => writeFileSync(join(dir, "package.json"), JSON.stringify({ dependencies: { [name]: "7" } }));
    uses("@pulumi/pulumi");
    expect([await onlyOursPending(place(undefined), elsewhere), existsSync(join(dir, "ran"))]).toEqual([true, false]);
    uses("@pulumi/aws");
    expect(await onlyOursPending(place(undefined), elsewhere)).toBe(false);
    expect(readFileSync(join(dir, "ran"), "utf8")).toContain("stack export --stack dev");
  });

  it("is no reason to stop when the state cannot be read", async () => {
    write('{ "pending_operations": torn');
    const notes: Note[] = [];
    await pendingWarnings(place(dir), terminal, (note) => notes.push(note)).tell();
    expect(notes).toEqual([]);
  });
});
