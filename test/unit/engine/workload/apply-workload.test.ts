import type { DockerEngine } from "../../../../sdk/engine/docker/docker-engine";
import type { HostHandle } from "../../../../sdk/engine/host/host-handle";
import { formatPlan } from "../../../../sdk/engine/plan/format-plan";
import { applyWorkload } from "../../../../sdk/engine/workload/apply-workload";
import { previewWorkload } from "../../../../sdk/engine/workload/preview-workload";
import type { DrayageError } from "../../../../sdk/spec/drayage-error";
import type { WorkloadInput } from "../../../../sdk/spec/workload";
import { dyingAt, proxied } from "../../../support/dying-engine";
import { FakeClock } from "../../../support/fake-clock";
import type { FakeContainer } from "../../../support/fake-container";
import { type FakeHost, fakeHost } from "../../../support/fake-host";
import { requestFor } from "../../../support/workload-requests";

const identity = "ab12cd".padEnd(32, "0");
const network = "shop-ab12cd-default";
const clock = new FakeClock();

type Input = Omit<WorkloadInput, "name">;
const requestOn = (host: HostHandle, input: Input, more: object = {}) =>
  requestFor({ name: "shop", ...input }, { identity, host, clock, ...more });
const apply = (host: HostHandle, input: Input, more: object = {}) => applyWorkload(requestOn(host, input, more));

function newHost(): FakeHost {
  const host = fakeHost();
  host.docker.addImage("app:1");
  host.docker.addImage("app:2");
  return host;
}

const web = (image: string, more: object = {}): Input => ({ services: { web: { image, ...more } } });
const db = (image: string): Input => ({
  services: { db: { image, volumes: { data: "/data" }, healthcheck: { command: ["ready"] } } },
  volumes: { data: {} },
});

describe("applyWorkload", () => {
  it("opens no session when there is nothing to do", async () => {
    const host = newHost();
    await apply(host.handle, db("app:1"));
    const opened = host.record.opened;
    await apply(host.again(), db("app:1"));
    expect(host.record.opened).toBe(opened);
  });

  it("gives the service's name to a new container only after its gate while an old one serves", async () => {
    const host = newHost();
    await apply(host.handle, web("app:1"));
    const resolved = new Set<string>();
    const watching = watched(host, () => {
      for (const one of host.docker.resolve(network, "web")) resolved.add(`${one.name} ${one.status}`);
    });
    await apply(host.again(watching), web("app:2"));
    expect([...resolved]).toEqual([
      "shop-ab12cd-web-1-g1 running",
      "shop-ab12cd-web-1-g2-new running",
      "shop-ab12cd-web-1-g2 running",
    ]);
    expect(names(host)).toEqual(["shop-ab12cd-web-1-g2 running"]);
  });

  it("sets the restart policy after the gate, so that only what has passed comes back after a reboot", async () => {
    const host = newHost();
    host.docker.program = () => ({ healthy: false });
    await expect(apply(host.handle, db("app:1"))).rejects.toMatchObject({ code: "GATE_FAILED" });
    host.docker.restartDaemon();
    expect(names(host)).toEqual(["shop-ab12cd-db-1-g1-failed exited"]);
  });

  it("says what holds the port when a program of the host itself does, and brings the old version back", async () => {
    const host = newHost();
    await apply(host.handle, web("app:1", { ports: ["80:80"] }));
    const seize = watched(host, (call) => void (call === "stopContainer" && host.docker.hostPorts.add(81)));
    const failure = await apply(host.again(seize), web("app:1", { ports: ["80:80", "81:81"] })).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "PORT_TAKEN", message: expect.stringContaining("a program on rack itself does") });
    expect(String(failure)).toContain("The previous version of web.1 serves again.");
    expect(names(host)).toEqual(["shop-ab12cd-web-1-g1 running"]);
  });

  it("names outgoing connections where Linux lends them ports, and how to keep the port from them", async () => {
    const host = newHost();
    for (const port of [81, 40_000]) host.docker.hostPorts.add(port);
    const told = async (port: number) => {
      const failure = await apply(host.again(), web("app:1", { ports: [`${port}:80`] })).catch((error: unknown) => error);
      return failure as DrayageError;
    };
    const sysctl = "net.ipv4.ip_local_reserved_ports on rack keeps outgoing connections from 40000";
    expect(await told(40_000)).toMatchObject({ code: "PORT_TAKEN", hint: expect.stringContaining(sysctl) });
    expect((await told(40_000)).message).toContain("or an outgoing connection of it");
    expect((await told(81)).hint).toBe("Stop what listens there, or publish another port.");
  });

  it("changes nothing more once the lease was taken over", async () => {
    const host = newHost();
    await apply(host.handle, web("app:1", { ports: ["80:80"] }));
    let late = 0;
    const steal = watched(host, (call) => {
      const workload = host.record.record.workloads[identity];
      if (workload?.lease?.session === "thief" && call !== "stopContainer") late += 1;
      if (call === "stopContainer" && workload?.lease) {
        const lease = { ...workload.lease, epoch: 99, session: "thief", holder: "eve@there" };
        host.record.record = { ...host.record.record, workloads: { [identity]: { ...workload, epoch: 99, lease } } };
      }
    });
    await expect(apply(host.again(steal), web("app:2", { ports: ["80:80"] }))).rejects.toMatchObject({ code: "LEASE_LOST" });
    expect(late).toBe(0);
  });

  it("refuses to do more than was reviewed", async () => {
    const host = newHost();
    await apply(host.handle, web("app:1"));
    const reviewed = await previewWorkload(requestOn(host.again(), web("app:1")));
    await expect(apply(host.again(), web("app:2"), {}).then(() => "done")).resolves.toBe("done");
    const request = { ...requestOn(host.again(), web("app:1")), reviewed };
    await expect(applyWorkload(request)).rejects.toMatchObject({
      code: "WORLD_MOVED",
      message: expect.stringContaining("stop web.1 (image changed)"),
    });
  });

  it("when one replica fails, the service goes back as a whole", async () => {
    const host = newHost();
    await apply(host.handle, web("app:1", { replicas: 2, healthcheck: { command: ["ready"] } }));
    const old = host.docker.images.get("app:1")?.Id;
    host.docker.program = (body) => ({ healthy: body.Image === old || body.Labels?.["dev.drayage.replica"] === "1" });
    await expect(apply(host.again(), web("app:2", { replicas: 2, healthcheck: { command: ["ready"] } }))).rejects.toMatchObject({
      code: "GATE_FAILED",
      message: expect.stringMatching(/previous version of web.1 serves again. The previous version of web.2 still serves.$/),
    });
    expect(names(host)).toEqual([
      "shop-ab12cd-web-1-g1 running",
      "shop-ab12cd-web-1-g2-failed exited",
      "shop-ab12cd-web-2-g1 running",
      "shop-ab12cd-web-2-g2-failed exited",
    ]);
  });

  it("when it is cancelled after the old one was stopped, the old one serves again, and the next run goes on", async () => {
    const host = newHost();
    await apply(host.handle, db("app:1"));
    const abort = new AbortController();
    const cancelling = watched(host, (call) => void (call === "stopContainer" && abort.abort()));
    const failure = await apply(host.again(cancelling), db("app:2"), { signal: abort.signal }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "CANCELLED" });
    expect(String(failure)).toContain("The previous version of db.1 serves again.");
    expect(names(host)).toEqual(["shop-ab12cd-db-1-g1 running", "shop-ab12cd-db-1-g2-new created"]);
    expect([...host.docker.containers.values()].map((one) => one.policy.Name)).toEqual(["unless-stopped", "no"]);
    await apply(host.again(), db("app:2"));
    expect(names(host)).toEqual(["shop-ab12cd-db-1-g2 running"]);
  });

  it("hides secrets that a failing program prints", async () => {
    const host = newHost();
    const input = web("app:1", { secrets: { pw: { value: "hunter2hunter2", env: "PW" } }, healthcheck: { command: ["ready"] } });
    const secretless = { ...requestOn(host.handle, input) };
    const { spec } = secretless;
    const bare = { ...spec, services: { web: { ...spec.services.web, secrets: [] } } } as typeof spec;
    host.docker.program = () => ({ healthy: false, says: "login with hunter2hunter2 refused" });
    const failure = await applyWorkload({ ...secretless, spec: bare }).catch((error: unknown) => error);
    expect(String(failure)).toContain("login with *** refused");
  });
});

describe("applyWorkload, killed at any call and run again", () => {
  const scenarios: readonly [string, Input | undefined, Input][] = [
    ["a first deploy", undefined, db("app:1")],
    ["a start-first change", web("app:1"), web("app:2")],
    ["a stop-first change", db("app:1"), db("app:2")],
    ["a change of a published port", web("app:1", { ports: ["80:80"] }), web("app:2", { ports: ["80:80"] })],
    ["a change of three replicas", web("app:1", { replicas: 3 }), web("app:2", { replicas: 2 })],
    [
      "a service that goes and one that takes its port",
      web("app:1", { ports: ["80:80"] }),
      { services: { proxy: { image: "app:2", ports: ["80:80"] } } },
    ],
    ["a change of the network", web("app:1"), { ...web("app:1"), networks: { default: { internal: true } } }],
    [
      "a one-shot before a service",
      web("app:1"),
      {
        services: {
          job: { image: "app:1", run: "once per release" as const },
          web: { image: "app:2", dependsOn: { job: "completed" as const } },
        },
      },
    ],
  ];

  it.each(scenarios)("%s", async (_, first, second) => {
    const calls = await changesOf(first, second);
    expect(calls).toBeGreaterThan(3);
    const { end } = await disturbed(first, second, Number.POSITIVE_INFINITY, "before");
    for (let k = 1; k <= calls; k += 1) {
      for (const when of ["before", "after"] as const) {
        const killed = await disturbed(first, second, k, when);
        expect({ k, when, ...killed }).toEqual({ k, when, end, twice: "no changes" });
      }
    }
  });

  it("never has two containers that write the same volume, nor a moment without a container where the new one starts first", async () => {
    const exclusive = newHost();
    await apply(exclusive.handle, db("app:1"));
    await apply(exclusive.again(watched(exclusive, () => expect(running(exclusive)).toBeLessThanOrEqual(1))), db("app:2"));
    const seamless = newHost();
    await apply(seamless.handle, web("app:1"));
    await apply(seamless.again(watched(seamless, () => expect(running(seamless)).toBeGreaterThanOrEqual(1))), web("app:2"));
  });
});

/** Ends of a run that is killed at its k-th change, and of the next one. */
async function disturbed(first: Input | undefined, second: Input, k: number, when: "before" | "after") {
  const host = newHost();
  jobsEnd(host);
  if (first) await apply(host.handle, first);
  await apply(host.again(dyingAt(k, when)), second).catch(() => undefined);
  host.record.endSessions();
  await apply(host.again(), second);
  const twice = formatPlan(await previewWorkload(requestOn(host.again(), second)));
  return { end: endOf(host), twice };
}

async function changesOf(first: Input | undefined, second: Input): Promise<number> {
  const host = newHost();
  jobsEnd(host);
  if (first) await apply(host.handle, first);
  let calls = 0;
  const count = () => {
    calls += 1;
  };
  await apply(host.again(watched(host, count)), second);
  return calls / 2;
}

function jobsEnd(host: FakeHost): void {
  host.docker.program = (body) => (body.Labels?.["dev.drayage.service"] === "job" ? { exits: 0 } : { healthy: true });
}

/** What an interrupted and an undisturbed run must agree on: everything but generations and ids. */
function endOf(host: FakeHost): unknown {
  const containers = [...host.docker.containers.values()].map((one) => ({
    name: one.name.replace(/-g\d+/, ""),
    image: one.imageId,
    status: one.status,
    policy: one.policy.Name,
    networks: Object.fromEntries(Object.entries(one.networks).map(([name, { aliases }]) => [name, aliases])),
  }));
  const record = host.record.record.workloads[identity];
  return {
    containers: containers.sort((a, b) => a.name.localeCompare(b.name)),
    volumes: [...host.docker.volumes.keys()],
    networks: [...host.docker.networks.keys()],
    record: { volumes: Object.keys(record?.volumes ?? {}), release: record?.releases.at(-1)?.hash, lease: record?.lease },
  };
}

function watched(host: FakeHost, see: (call: string) => void): (docker: DockerEngine) => DockerEngine {
  return (docker) =>
    proxied(docker, async (call, perform) => {
      see(call);
      const result = await perform();
      expect(host.docker.containers.size).toBeLessThan(20);
      see(call);
      return result;
    });
}

function names(host: FakeHost): string[] {
  return [...host.docker.containers.values()].map((one: FakeContainer) => `${one.name} ${one.status}`).sort();
}

function running(host: FakeHost): number {
  return [...host.docker.containers.values()].filter((one) => one.status === "running").length;
}
