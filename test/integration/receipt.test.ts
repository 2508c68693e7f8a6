import { randomBytes } from "node:crypto";
import { systemClock as clock } from "../../sdk/cli/system-clock";
import { differingNames } from "../../sdk/engine/data/differing-names";
import type { HostHandle } from "../../sdk/engine/host/host-handle";
import { label } from "../../sdk/engine/labels";
import { compareReceipts } from "../../sdk/engine/receipt/compare-receipts";
import { parseReceipt } from "../../sdk/engine/receipt/receipt-schema";
import { type OpenReceipt, takeReceipt } from "../../sdk/engine/receipt/take-receipt";
import { createRecordStore } from "../../sdk/engine/record/create-record-store";
import { applyWorkload } from "../../sdk/engine/workload/apply-workload";
import { observeHost } from "../../sdk/engine/workload/host-snapshot";
import type { ServiceInput } from "../../sdk/spec/service";
import { localHandle } from "../support/local-handle";
import { removeRecord } from "../support/remove-record";
import { randomIdentity, requestFor } from "../support/workload-requests";

jest.setTimeout(60_000);

const forever = "trap 'exit 0' TERM; while :; do sleep 0.1; done";
const fill = "mkdir -p /data/deep/er; echo one > /data/deep/er/one; echo two > /data/two";

/** The same program twice on one engine, under two identities: what differs between them is what differs between two hosts. */
describe("two workloads of one program on a real engine", () => {
  const identities = [randomIdentity(), randomIdentity()] as const;
  const name = `twin${randomBytes(2).toString("hex")}`;
  const recordDir = `/var/lib/drayage-test-${randomBytes(5).toString("hex")}`;
  const key = Buffer.from("the operator's key");
  let host: HostHandle;

  const service = (more: Partial<ServiceInput> = {}): ServiceInput => ({
    image: "debian:bookworm-slim",
    command: ["sh", "-c", `${fill}; ${forever}`],
    environment: { LOG: "info" },
    secrets: { token: "s3cret", visible: { value: "env s3cret", env: "VISIBLE" } },
    configs: { "/etc/app.conf": { text: "a=1" } },
    volumes: { data: "/data" },
    tmpfs: "/scratch",
    healthcheck: { command: ["test", "-e", "/data/two"] },
    init: true,
    stopGracePeriod: "2s",
    ...more,
  });
  const apply = (side: 0 | 1, more: Partial<ServiceInput> = {}) => {
    observeHost(host).refresh();
    const input = { name, services: { app: service(more) }, volumes: { data: {} } };
    return applyWorkload({ ...requestFor(input, { identity: identities[side], host, clock }), secretKey: `key ${side}` });
  };
  const take = (side: 0 | 1, options: { data?: boolean; fingerprint?: readonly string[] } = {}): Promise<OpenReceipt> => {
    const { data = true, fingerprint } = options;
    const subject = {
      host: { name: "rack", docker: host.docker, machineId: "m" },
      workload: name,
      identity: identities[side],
      fingerprints: fingerprint === undefined ? {} : { app: fingerprint },
      ephemeral: [],
    };
    return takeReceipt({ project: "p", stack: "s", subjects: [subject], key, data, clock });
  };
  const compare = async (options: Parameters<typeof take>[1] = {}) => {
    const [a, b] = await Promise.all([take(0, options), take(1, options)]);
    try {
      const { equal, findings } = compareReceipts(a.receipt, b.receipt);
      const [left, right] = [a.below(name, "data"), b.below(name, "data")];
      const files = left && right && (await differingNames(left, right));
      return { equal, paths: findings.filter((it) => it.kind !== "allowed").map((it) => it.path), findings, files };
    } finally {
      await Promise.all([a.close(), b.close()]);
    }
  };
  const inside = async (side: 0 | 1, script: string) => {
    const [container] = await host.docker.listContainers({
      label: [`${label.identity}=${identities[side]}`, `${label.kind}=container`],
    });
    const { exitCode, stderr } = await host.docker.exec(container?.Id ?? "", ["sh", "-c", script]);
    expect([exitCode, stderr.toString()]).toEqual([0, ""]);
  };

  beforeAll(async () => {
    const plain = await localHandle("rack");
    host = { ...plain, record: createRecordStore(plain.docker, { clock, dir: recordDir }) };
    await apply(0);
    await apply(1);
  });

  afterAll(async () => {
    for (const identity of identities) {
      const filter = { label: [`${label.identity}=${identity}`] };
      for (const { Id } of await host.docker.listContainers(filter)) await host.docker.removeContainer(Id, { force: true });
      for (const { Id } of await host.docker.listNetworks(filter)) await host.docker.removeNetwork(Id);
      for (const { Name } of await host.docker.listVolumes(filter)) await host.docker.removeVolume(Name);
    }
    await removeRecord(host.docker, recordDir);
  });

  it("are equal, whatever key keeps their secrets apart, and a receipt holds no secret", async () => {
    const { equal, paths } = await compare();
    expect([paths, equal]).toEqual([[], true]);
    const open = await take(0);
    await open.close();
    const text = JSON.stringify(open.receipt);
    expect(parseReceipt(text, "x")).toEqual(open.receipt);
    expect(text).not.toContain("s3cret");
    const workload = open.receipt.workloads[name];
    const app = workload?.services.app;
    expect(Object.keys(app?.secrets ?? {})).toEqual(["token", "visible"]);
    expect(app?.replicas[0]?.state).toBe("running");
    expect(app?.replicas[0]?.configuration).toMatchObject({
      environment: { LOG: "info" },
      mounts: { "/data": { type: "volume", volume: "data" }, "/etc/app.conf": { type: "config" }, "/scratch": { type: "tmpfs" } },
      networks: { default: { aliases: ["app"] } },
      pids: 4096,
      securityOptions: ["no-new-privileges"],
    });
    expect(workload?.volumes.data?.data).toMatchObject({ kind: "bytes", files: 4, bytes: 8 });
    expect(Math.abs(open.receipt.hosts.rack?.clockOffsetMs ?? 9e9)).toBeLessThan(1000);
  });

  it("differ in one byte of data, and the file is named", async () => {
    await inside(1, "printf O | dd of=/data/deep/er/one conv=notrunc status=none");
    const { equal, paths, files } = await compare();
    expect([equal, paths, files]).toEqual([false, ["volumes.data"], ["deep/er/one: content"]]);
    expect(await compare({ data: false })).toMatchObject({ equal: true, paths: ["volumes.data"] });
    // What stands for the data says that nothing of it changed.
    expect(await compare({ fingerprint: ["cat", "/data/two"] })).toMatchObject({ equal: true, paths: [] });
    await inside(1, "echo one > /data/deep/er/one");
  });

  it.each([
    ["a command that prints something else", ["sh", "-c", "hostname -i"], "difference"],
    ["a command that fails", ["sh", "-c", "echo half; echo broken >&2; exit 3"], "unknown"],
    ["a command that prints nothing", ["true"], "unknown"],
  ])("differ by %s as fingerprint", async (_, fingerprint, kind) => {
    const { equal, findings } = await compare({ fingerprint });
    expect([equal, findings.filter(({ path }) => path === "volumes.data").map((it) => it.kind)]).toEqual([false, [kind]]);
  });

  it("differ in a secret's value, a config's text, a variable and a limit, each named", async () => {
    await apply(1, {
      environment: { LOG: "debug" },
      secrets: { token: "other", visible: { value: "env s3cret", env: "VISIBLE" } },
      configs: { "/etc/app.conf": { text: "a=2" } },
      memory: "64m",
    });
    const { equal, paths } = await compare();
    expect([equal, paths.sort()]).toEqual([
      false,
      [
        "services.app.configs./etc/app.conf",
        "services.app.environment.LOG",
        "services.app.memoryBytes",
        "services.app.memorySwapBytes",
        "services.app.secrets.token",
      ],
    ]);
  });
});
