import { cronLine } from "../../../sdk/cli/export/cron-line";
import { imagesToKeep } from "../../../sdk/cli/export/deploy-as-it-ran";
import { readPlace, splitExport } from "../../../sdk/cli/export/export-place";
import { isSilence } from "../../../sdk/cli/export/lost-host";
import { olderExports } from "../../../sdk/cli/export/remove-older";
import type { Deployed } from "../../../sdk/cli/promote/deployed";
import { exportName, readManifest } from "../../../sdk/engine/export/export-manifest";
import { beginRestore, incomingOf, restored, undoneRestore } from "../../../sdk/engine/export/restore-records";
import type { VolumeRecord, WorkloadRecord } from "../../../sdk/engine/record/host-record";
import { DrayageError } from "../../../sdk/spec/drayage-error";

const at = "2026-03-01T04:00:00.000Z";
const volume = (dockerName: string, state: VolumeRecord["state"]): VolumeRecord => ({
  dockerName,
  keep: true,
  protect: false,
  state,
  since: "then",
});
const record = (more: Partial<WorkloadRecord> = {}): WorkloadRecord => ({
  ...{ name: "shop", owner: { stackUid: "u", project: "p", stack: "dev", id: "1" }, epoch: 3, state: "serving" },
  ...{ volumes: {}, journal: [], releases: [], ...more },
});
const incoming = { data: { dockerName: "new", keep: true, protect: false } };

describe("the record of a restore", () => {
  it("calls nothing the workload's own before all of it is proved", () => {
    const begun = beginRestore(record({ volumes: { data: volume("old", "current") } }), incoming, at);
    expect(begun.volumes.data).toMatchObject({ dockerName: "old", state: "current" });
    expect(incomingOf(begun)).toEqual(["new"]);
    expect(undoneRestore(begun)).toEqual(record({ volumes: { data: volume("old", "current") } }));
  });

  it("lets what served step aside, never away", () => {
    const done = restored(
      beginRestore(record({ volumes: { data: volume("old", "current"), logs: volume("l", "current") } }), incoming, at),
      at,
    );
    expect(done.volumes).toMatchObject({
      data: { dockerName: "new", state: "kept" },
      "data@old": { dockerName: "old", state: "superseded", since: at },
      logs: { dockerName: "l", state: "current" },
    });
  });

  it("makes room for empty volumes too, where there is no data to bring in", () => {
    const handover = { epoch: 2, machineId: "m", engineId: "e", host: "cloud", at, rootHash: "" };
    const ceded = record({ state: "ceded", handover, volumes: { data: volume("old", "superseded") } });
    const done = restored(beginRestore(ceded, {}, at), at);
    expect(done).toMatchObject({ state: "serving", volumes: { "data@old": volume("old", "superseded") } });
    expect([done.handover, done.volumes.data]).toEqual([undefined, undefined]);
  });

  it("ends a hand-over: the workload lives here again", () => {
    const handover = { epoch: 2, machineId: "m", engineId: "e", host: "cloud", at, rootHash: "" };
    const done = restored(
      beginRestore(record({ state: "ceded", handover, volumes: { data: volume("old", "superseded") } }), incoming, at),
      at,
    );
    expect(done).toMatchObject({ state: "serving" });
    expect(done.handover).toBeUndefined();
    expect(Object.keys(done.volumes).sort()).toEqual(["data", "data@old"]);
  });
});

describe("images of a restored workload", () => {
  const image = { image: "api", contentHash: "old", identity: "i1", runs: "i1" };
  const running = (services: Record<string, unknown>) =>
    ({ images: {}, workloads: { shop: { identity: "x", host: "rack", services, failed: false } } }) as unknown as Deployed;
  const about = { workload: "shop", stack: "prod", at };

  it("are pinned where the program's folder has other content than ran, and nowhere else", () => {
    const ran = running({ api: image, web: { ...image, image: "web" }, db: { ref: "postgres:16", runs: "i2" } });
    const wanted = {
      images: { api: { contentHash: "new", identity: "" }, web: { contentHash: "old", identity: "i1" } },
      workloads: {},
    };
    expect(imagesToKeep(ran, wanted, about)).toEqual({ api: { contentHash: "old", identity: "i1", from: "prod", at } });
  });
});

describe("a host that may be called lost", () => {
  it.each([
    ["HOST_TIMEOUT", true],
    ["HOST_UNREACHABLE", true],
    ["HOST_KEY_CHANGED", false],
    ["PERMISSION_DENIED", false],
    ["DOCKER_MISSING", false],
  ] as const)("%s: %s", (code, silent) => {
    expect(isSilence(new DrayageError(code, "said"))).toBe(silent);
  });
});

describe("a place of exports", () => {
  it("is a folder of this machine or one reached by ssh", () => {
    expect(readPlace("exports", "/home/me")).toEqual({ kind: "local", folder: "/home/me/exports" });
    expect(readPlace("ssh://backup@nas.example:2222/srv/ex%20ports/", "/")).toEqual({
      kind: "ssh",
      connection: { kind: "ssh", address: "nas.example", user: "backup", port: 2222 },
      folder: "/srv/ex ports",
    });
    expect(splitExport(readPlace("/srv/exports/shop-20260301T040000Z", "/"))).toEqual({
      parent: { kind: "local", folder: "/srv/exports" },
      name: "shop-20260301T040000Z",
    });
  });

  it.each(["ssh://nas.example", "ssh://me:secret@nas/srv", "s3://bucket/x", "ssh:///srv"])("is not %s", (written) => {
    expect(() => readPlace(written, "/")).toThrow(expect.objectContaining({ code: "USAGE" }));
  });

  it("keeps the newest exports of the one workload", () => {
    const names = [
      "shop-20260301T040000Z",
      "shop-20260303T040000Z",
      "shop-20260302T040000Z",
      "shop-db-20260101T000000Z",
      "notes",
      "shop-old",
    ];
    expect(olderExports(names, "shop", 2)).toEqual(["shop-20260301T040000Z"]);
    expect(olderExports(names, "shop", 5)).toEqual([]);
    expect(exportName("shop", "2026-03-01T04:00:00.123Z")).toBe("shop-20260301T040000Z");
  });

  it("is told by one line of why a folder is none", () => {
    expect(() => readManifest("{}", "nas:/srv/x")).toThrow(expect.objectContaining({ code: "EXPORT_UNREADABLE" }));
    expect(() => readManifest("no json", "nas:/srv/x")).toThrow(/is not JSON/);
  });

  it("comes with a line for cron that holds every word whole", () => {
    const line = cronLine({
      ...{ program: ["/usr/bin/node", "/opt/my app/dray.js"], projectDir: "/home/me/it's", stack: "prod" },
      ...{ workload: "shop", destination: "ssh://b@nas/a%20b", keep: 14 },
    });
    expect(line).toBe(
      "17 3 * * * /usr/bin/node '/opt/my app/dray.js' export shop ssh://b@nas/a\\%20b --cwd '/home/me/it'\\''s' --stack prod --keep 14 >> '/home/me/it'\\''s/.drayage/export.log' 2>&1",
    );
  });
});
