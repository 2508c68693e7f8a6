import { formatPlan } from "../../../../sdk/engine/plan/format-plan";
import { gatesOf } from "../../../../sdk/engine/workload/gates/passed-gates";
import type { ImageAvailability } from "../../../../sdk/engine/workload/image-supply";
import type { ObservedContainer, ObservedWorkload } from "../../../../sdk/engine/workload/observed-workload";
import { wantedDeliveries } from "../../../../sdk/engine/workload/plan-objects";
import { planRemoval } from "../../../../sdk/engine/workload/plan-removal";
import { planWorkload } from "../../../../sdk/engine/workload/plan-workload";
import { namesOf } from "../../../../sdk/engine/workload/preview-workload";
import { driftOf } from "../../../../sdk/engine/workload/read-workload";
import { releaseHash } from "../../../../sdk/engine/workload/release-hash";
import { type WantedWorkload, wantedWorkload } from "../../../../sdk/engine/workload/wanted-workload";
import { UNKNOWN } from "../../../../sdk/spec/unknown";
import type { WorkloadInput } from "../../../../sdk/spec/workload";
import { normalised } from "../../../support/workload-requests";

const identity = "ab12cd".padEnd(32, "0");
type Input = Omit<WorkloadInput, "name">;

function wish(input: Input, secretKey = "key"): WantedWorkload {
  return wantedWorkload({ identity, secretKey, ...normalised({ name: "shop", ...input }) });
}

const empty: ObservedWorkload = {
  host: "rack",
  identity,
  containers: [],
  forwarders: [],
  volumes: [],
  deliveries: [],
  networks: [],
  others: { volumes: new Set(), networks: new Set(), ports: [] },
  record: undefined,
};

/** What is there after `wanted` was applied. */
function applied(
  wanted: WantedWorkload,
  change: (one: ObservedContainer) => Partial<ObservedContainer> = () => ({}),
): ObservedWorkload {
  const containers = wanted.services.flatMap(({ name, container, spec }) =>
    Array.from({ length: spec.replicas }, (_, index): ObservedContainer => {
      const one: ObservedContainer = {
        id: `id-${name}-${index + 1}`,
        dockerName: `shop-ab12cd-${name}-${index + 1}-g1`,
        service: name,
        replica: index + 1,
        generation: 1,
        stage: "current",
        made: JSON.parse(JSON.stringify(container)),
        state: spec.run === "once per release" ? "exited" : "running",
        exitCode: 0,
        imageId: "sha256:1",
        restart: spec.restart,
        memoryBytes: spec.memoryBytes ?? 0,
        nanoCpus: (spec.cpus ?? 0) * 1e9,
        networkMode: "",
        networks: Object.fromEntries(container.networks.map((join) => [join.dockerName, [name, ...join.aliases]])),
        volumes: [],
      };
      return { ...one, ...change(one) };
    }),
  );
  return {
    ...empty,
    containers,
    volumes: wanted.volumes.filter((v) => v.external === undefined).map(({ name, dockerName }) => ({ name, dockerName })),
    networks: wanted.networks.map(({ name, dockerName }) => ({ id: dockerName, name, dockerName })),
  };
}

function planOf(input: Input, observed: ObservedWorkload, images: Record<string, ImageAvailability> = {}): string {
  return formatPlan(planWorkload(wish(input), observed, images), { dependencies: true });
}

const web: Input = { services: { web: { image: "web:1" } } };
const shop: Input = {
  services: {
    web: { image: "web:1", ports: ["80:80"], dependsOn: { api: "healthy" } },
    api: { image: "api:1", dependsOn: { db: "healthy" }, secrets: { pw: "one" } },
    db: { image: "db:1", volumes: { data: "/data" } },
  },
  volumes: { data: {} },
};

describe("planWorkload", () => {
  it("tells which published ports a firewall in front of the host keeps from clients", () => {
    const ports = ["80:80", "8080:80", "53:53/udp", "127.0.0.1:9000:9000"];
    const notes = (openPorts?: string[]) => {
      const observed = openPorts === undefined ? empty : { ...empty, openPorts };
      return planWorkload(wish({ services: { web: { image: "web:1", ports } } }), observed, {}).notes.slice(1);
    };
    const told = "web publishes 8080, 53/udp, but the firewall of rack lets in only 80, 443: clients elsewhere do not reach it";
    expect(notes(["80", "443"])).toEqual([told]);
    expect(notes(["80", "8000-8100", "53/udp"])).toEqual([]);
    expect(notes([])).toEqual([expect.stringContaining("80, 8080, 53/udp, but the firewall of rack lets in nothing")]);
    expect(notes(["80", UNKNOWN])).toEqual([]);
    expect(notes()).toEqual([]);
  });

  it("makes everything in the order services wait for each other, images first", () => {
    const images: Record<string, ImageAvailability> = {
      db: { present: false, how: "pull" },
      api: { present: false, how: "ship", bytes: 2_500_000 },
    };
    const plan = planWorkload(wish(shop), empty, images);
    expect(plan.kind).toBe("create");
    expect(formatPlan(plan, { dependencies: true })).toBe(
      [
        "+ pull image db:1: not on rack",
        "+ ship image api:1: not on rack (2.5 MB)",
        "+ create network default: not found",
        "+ create volume data: not found [data]",
        "+ write secrets api: not found <- ship image api:1",
        "+ create db.1: not found <- pull image db:1, create network default, create volume data",
        "+ start db.1: not found <- create db.1",
        "? gate db.1: not found <- start db.1",
        "~ promote db.1: not found <- gate db.1",
        "+ create api.1: not found <- ship image api:1, create network default, write secrets api",
        "+ start api.1: not found <- create api.1, promote db.1",
        "? gate api.1: not found <- start api.1",
        "~ promote api.1: not found <- gate api.1",
        "+ create web.1: not found <- create network default",
        "+ start web.1: not found <- create web.1, promote api.1",
        "? gate web.1: not found <- start web.1",
        "~ promote web.1: not found <- gate web.1",
        "  note: web publishes 80 on all addresses; Docker's rules go around ufw and firewalld",
      ].join("\n"),
    );
  });

  it("does nothing when everything is as wanted", () => {
    const plan = planWorkload(wish(shop), { ...applied(wish(shop)), deliveries: [] }, {});
    expect(formatPlan(plan)).toBe("no changes");
    expect(plan.kind).toBe("none");
  });

  it("keeps containers, networks and sets of a workload that is called otherwise by now", () => {
    const before = wish(shop);
    const there = { ...applied(before), deliveries: before.services.flatMap((service) => wantedDeliveries(before, service)) };
    const volumeNames = Object.fromEntries(there.volumes.map(({ name, dockerName }) => [name, dockerName]));
    const renamed = normalised({ name: "store", ...shop });
    const wanted = wantedWorkload({ identity, secretKey: "key", ...renamed, ...namesOf(there), volumeNames });
    expect(planWorkload(wanted, there, {}).operations).toEqual([]);
  });

  it("starts the new one first where both can run", () => {
    const next: Input = { services: { web: { image: "web:2" } } };
    expect(planOf(next, applied(wish(web)))).toBe(
      [
        "+ create web.1: image changed",
        "+ start web.1: image changed <- create web.1",
        "? gate web.1: image changed <- start web.1",
        "~ promote web.1: image changed <- gate web.1",
        "- stop web.1: image changed ! <- promote web.1",
        "- remove web.1: replaced ! <- stop web.1, promote web.1",
      ].join("\n"),
    );
  });

  it("stops the old one only when the image is there and what the new one waits for is ready, and says how long", () => {
    const next: Input = { ...shop, services: { ...shop.services, db: { ...shop.services.db, image: "db:2" } } } as Input;
    expect(planOf(next, applied(wish(shop)), { db: { present: false, how: "pull" } })).toBe(
      [
        "+ pull image db:2: not on rack",
        "+ create db.1: image changed <- pull image db:2",
        "- stop db.1: image changed ! <- create db.1, pull image db:2",
        "+ start db.1: image changed <- create db.1, stop db.1",
        "? gate db.1: image changed <- start db.1",
        "~ promote db.1: image changed <- gate db.1",
        "- remove db.1: replaced ! <- stop db.1, promote db.1",
        "  outage of db: about 0.7 s = stop 0.3 s + start 0.4 s",
      ].join("\n"),
    );
  });

  it("rolls replicas one by one and keeps every old one until all have passed", () => {
    const before: Input = { services: { web: { image: "web:1", replicas: 2 } } };
    const next: Input = { services: { web: { image: "web:2", replicas: 2 } } };
    const text = planOf(next, applied(wish(before)));
    expect(text).toContain("+ start web.2: image changed <- create web.2, promote web.1");
    expect(text).toContain("- remove web.1: replaced ! <- stop web.1, promote web.1, promote web.2");
  });

  it("scales up and down without touching the others", () => {
    const three: Input = { services: { web: { image: "web:1", replicas: 3 } } };
    expect(planOf(three, applied(wish(web)))).not.toContain("web.1");
    expect(planOf(web, applied(wish(three)))).toBe(
      [
        "- stop web.2: scaled to 1 !",
        "- remove web.2: scaled to 1 ! <- stop web.2",
        "- stop web.3: scaled to 1 !",
        "- remove web.3: scaled to 1 ! <- stop web.3",
      ].join("\n"),
    );
  });

  it("removes a service that left the program after everything else has passed", () => {
    const two: Input = { services: { web: { image: "web:1" }, old: { image: "old:1" } } };
    const next: Input = { services: { web: { image: "web:2" } } };
    expect(planOf(next, applied(wish(two)))).toContain("- stop old.1: not in the program any more ! <- promote web.1");
  });

  it("lets a port go before another service takes it", () => {
    const before: Input = { services: { old: { image: "old:1", ports: ["80:80"] } } };
    const next: Input = { services: { web: { image: "web:1", ports: ["80:80"] } } };
    const text = planOf(next, applied(wish(before)));
    expect(text).toContain("+ start web.1: not found <- create web.1, stop old.1");
    expect(text).toMatch(/- stop old\.1: not in the program any more !$/m);
  });

  it("adds a renamed volume and never removes the old one", () => {
    const data = (name: string): Input => ({
      services: { db: { image: "db:1", volumes: { [name]: "/data" } } },
      volumes: { [name]: {} },
    });
    const record = { volumes: { old: { state: "current", dockerName: "shop-ab12cd-old" } }, releases: [] } as never;
    const text = planOf(data("fresh"), { ...applied(wish(data("old"))), record });
    expect(text).toContain("+ create volume fresh: not found [data]");
    expect(text).toContain("note: volume old is in the program no more; it stays on rack (dray volumes ls)");
    expect(text).not.toMatch(/remove volume/);
  });

  it("says when a kept volume comes back, and when one has gone", () => {
    const observed = { ...empty, volumes: applied(wish(shop)).volumes };
    expect(planOf(shop, observed)).toContain("note: volume data was kept on rack and is re-attached with its data");
    const record = { volumes: { data: { state: "current" } }, releases: [] } as never;
    expect(planOf(shop, { ...empty, record })).toContain("volume data is gone from rack: the services start with an EMPTY one");
  });

  it("replaces a service whose secret changed, by a new set", () => {
    const next: Input = {
      ...shop,
      services: { ...shop.services, api: { ...shop.services.api, secrets: { pw: "two" } } },
    } as Input;
    const before = applied(wish(shop));
    const text = planOf(next, {
      ...before,
      deliveries: [{ kind: "secrets", service: "api", dockerName: "shop-ab12cd-api-secrets-000000000000" }],
    });
    expect(text).toContain("+ write secrets api: secrets changed");
    expect(text).toContain("+ create api.1: secrets changed <- write secrets api");
    expect(text).toContain("~ remove secrets api 000000000000: no longer used".replace("~", "-"));
  });

  it("repairs what was changed by hand without another container", () => {
    const change = (one: ObservedContainer): Partial<ObservedContainer> =>
      one.service === "db" ? { state: "exited", exitCode: 137, restart: { name: "no", maximumRetries: 0 } } : {};
    expect(planOf(shop, applied(wish(shop), change))).toBe(
      ["+ start db.1: not running", "? gate db.1: not running <- start db.1", "~ update db.1: not running <- gate db.1"].join(
        "\n",
      ),
    );
  });

  it("takes an unfinished container over when it is what is wanted, and removes it when it is not", () => {
    const next: Input = { services: { web: { image: "web:2" } } };
    const before = applied(wish(web));
    const [current] = before.containers;
    const unfinished = {
      ...applied(wish(next)).containers[0],
      id: "half",
      dockerName: "shop-ab12cd-web-1-g2-new",
      generation: 2,
      stage: "new",
    };
    const observed = { ...before, containers: [current, unfinished] as ObservedContainer[] };
    const [create] = planWorkload(wish(next), observed, {}).operations;
    expect(create?.detail).toMatchObject({ generation: 2 });
    expect(planOf(web, observed)).toBe("- remove web.1 g2: left unfinished by an interrupted run !");
  });

  it("removes failed ones with the next success", () => {
    const next: Input = { services: { web: { image: "web:2" } } };
    const before = applied(wish(web));
    const failed = {
      ...before.containers[0],
      id: "bad",
      dockerName: "shop-ab12cd-web-1-g2-failed",
      generation: 2,
      stage: "failed",
      state: "exited",
    };
    const text = planOf(next, { ...before, containers: [...before.containers, failed] as ObservedContainer[] });
    expect(text).toContain("- remove web.1 g2: left by a failed run ! <- promote web.1");
  });

  it("runs a one-shot again when it changes, and not because somebody removed its container", () => {
    const job = (image: string): Input => ({ services: { job: { image, run: "once per release" } } });
    expect(planOf(job("job:1"), applied(wish(job("job:1"))))).toBe("no changes");
    expect(planOf(job("job:2"), applied(wish(job("job:1"))))).toContain("+ run job.1: image changed <- create job.1");
    const failed = applied(wish(job("job:1")), () => ({ exitCode: 3 }));
    expect(planOf(job("job:1"), failed)).toContain("+ run job.1: has not completed");
  });

  describe("a health check that is no part of the container", () => {
    const asked = (path: string, more: object = {}): Input => ({
      services: {
        api: { image: "api:1", healthcheck: { http: { port: 80, path } }, ...more },
        web: { image: "web:1", dependsOn: { api: "healthy" } },
      },
    });
    const passed = (input: Input) => {
      const wanted = wish(input);
      return { ...applied(wanted), record: { volumes: {}, releases: [], gates: gatesOf(wanted) } as never };
    };

    it("is asked again when it changed, of the containers that are there, and nothing else happens", () => {
      expect(planOf(asked("/up"), passed(asked("/up")))).toBe("no changes");
      expect(planOf(asked("/ready"), passed(asked("/up")))).toBe("? gate api.1: healthcheck changed");
      const slower = { healthcheck: { http: { port: 80, path: "/up" }, retries: 9 } };
      expect(planOf(asked("/up", slower), passed(asked("/up")))).toBe("? gate api.1: healthcheck changed");
      expect(planOf(asked("/up", { healthcheck: undefined }), passed(asked("/up")))).toBe("? gate api.1: healthcheck changed");
    });

    it("is waited for by what depends on it, and asked after what is put right", () => {
      const next = asked("/ready", { memory: "64m", replicas: 2 });
      const there = passed(asked("/up", { memory: "32m", replicas: 2 }));
      const newWeb = { ...next, services: { ...next.services, web: { image: "web:2", dependsOn: { api: "healthy" } } } } as Input;
      const text = planOf(newWeb, there);
      expect(text).toContain("? gate api.2: healthcheck changed <- update api.2");
      expect(text).toContain("+ start web.1: image changed <- create web.1, gate api.1, gate api.2");
    });

    it("is asked once of a container that is made or started anyway, and never of a one-shot", () => {
      const stopped = passed(asked("/up"));
      const containers = stopped.containers.map((one) => ({ ...one, state: "exited" as const }));
      expect(planOf(asked("/ready"), { ...stopped, containers }).match(/gate api.1:/g)).toHaveLength(1);
      expect(planOf(asked("/ready", { image: "api:2" }), stopped).match(/gate api.1:/g)).toHaveLength(1);
      const healthcheck = (path: string) => ({ http: { port: 80, path } });
      const job = (path: string): Input => ({
        services: { job: { image: "job:1", run: "once per release", healthcheck: healthcheck(path) } },
      });
      expect(planOf(job("/b"), passed(job("/a")))).not.toContain("gate job");
    });

    it("is asked where the record does not say what was passed, unless the release is the very same", () => {
      const wanted = wish(asked("/up"));
      const there = applied(wanted);
      const record = (hash: string) => ({ volumes: {}, releases: [{ at: "", hash, images: {} }] }) as never;
      expect(planOf(asked("/up"), { ...there, record: record(releaseHash(wanted, {})) })).toBe("no changes");
      expect(planOf(asked("/up"), { ...there, record: record("another") })).toBe("? gate api.1: healthcheck not asked yet");
    });
  });

  it("shares a network by container, so a new owner means a new guest", () => {
    const guest = (image: string): Input => ({
      services: { app: { image }, proxy: { image: "proxy:1", networkMode: "service:app" } },
    });
    const before = applied(wish(guest("app:1")), (one) => (one.service === "proxy" ? { networkMode: "container:id-app-1" } : {}));
    expect(planOf(guest("app:1"), before)).toBe("no changes");
    expect(planOf(guest("app:2"), before)).toContain("+ create proxy.1: app is replaced <- promote app.1");
  });

  it.each<[string, Partial<ObservedWorkload>, string, string]>([
    [
      "a stranger's volume",
      { others: { ...empty.others, volumes: new Set(["shop-ab12cd-data"]) } },
      "NAME_TAKEN",
      "shop-ab12cd-data",
    ],
    [
      "a stranger's network",
      { others: { ...empty.others, networks: new Set(["shop-ab12cd-default"]) } },
      "NAME_TAKEN",
      "shop-ab12cd-default",
    ],
    [
      "a port that another container publishes",
      { others: { ...empty.others, ports: [{ container: "nginx", address: "10.0.0.1", published: 80, protocol: "tcp" }] } },
      "PORT_TAKEN",
      '"nginx"',
    ],
    [
      "a workload that was handed over",
      { record: { state: "ceded", handover: { host: "cloud" } } as never },
      "WORLD_MOVED",
      "cloud",
    ],
    ["an open move", { record: { state: "preparing", volumes: {}, releases: [] } as never }, "WORLD_MOVED", "move"],
  ])("refuses %s before anything is changed", (_, world, code, text) => {
    let thrown: unknown;
    try {
      planOf(shop, { ...empty, ...world });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code, message: expect.stringContaining(text) });
  });

  it("refuses an external volume that is not there", () => {
    const input: Input = {
      services: { db: { image: "db:1", volumes: { data: "/data" } } },
      volumes: { data: { external: "nas" } },
    };
    expect(() => planOf(input, empty)).toThrow('The external volume "nas" does not exist on rack.');
    expect(() => planOf(input, { ...empty, others: { ...empty.others, volumes: new Set(["nas"]) } })).not.toThrow();
  });
});

describe("driftOf", () => {
  it("names changed fields by the paths of the program, with what was written and what was found", () => {
    const input: Input = { services: { web: { image: "web:1", memory: "64m", replicas: 2 } } };
    const observed = applied(wish(input), (one) => (one.replica === 1 ? { memoryBytes: 1000 } : { state: "exited" }));
    expect(driftOf(wish(input), observed)).toEqual([
      { path: "services.web.replicas", was: 2, is: 1 },
      { path: "services.web.memory", was: 67_108_864, is: 1000 },
    ]);
  });

  it("finds nothing where nothing drifted", () => {
    expect(driftOf(wish(shop), applied(wish(shop)))).toEqual([]);
  });
});

describe("planRemoval", () => {
  it("stops who depends on others first, and keeps data", () => {
    expect(formatPlan(planRemoval(wish(shop), applied(wish(shop))), { dependencies: true })).toBe(
      [
        "- stop web.1: the workload is destroyed !",
        "- remove web.1: the workload is destroyed ! <- stop web.1",
        "- stop api.1: the workload is destroyed ! <- stop web.1",
        "- remove api.1: the workload is destroyed ! <- stop api.1",
        "- stop db.1: the workload is destroyed ! <- stop api.1",
        "- remove db.1: the workload is destroyed ! <- stop db.1",
        "- remove network shop-ab12cd-default: no longer used <- stop web.1, remove web.1, stop api.1, remove api.1, stop db.1, remove db.1",
        "~ keep volume data: the workload is destroyed [data] <- stop web.1, remove web.1, stop api.1, remove api.1, stop db.1, remove db.1",
        "  note: volume data stays on rack; the next up re-attaches it, `dray volumes rm` removes it",
      ].join("\n"),
    );
  });

  it("removes only what the program gives up, never what a move left", () => {
    const input: Input = { ...shop, volumes: { data: { keep: false } } };
    expect(formatPlan(planRemoval(wish(input), applied(wish(input))))).toContain("- remove volume data: keep: false ! [data]");
    const left = { name: "data", dockerName: "shop-ab12cd-data-2" };
    const record = {
      volumes: {
        data: { state: "current", dockerName: "shop-ab12cd-data" },
        "data@shop-ab12cd-data-2": { state: "superseded", dockerName: "shop-ab12cd-data-2" },
      },
    } as never;
    const observed = applied(wish(input));
    const text = formatPlan(planRemoval(wish(input), { ...observed, volumes: [...observed.volumes, left], record }));
    expect(text.match(/volume data/g)).toHaveLength(1);
    const forgotten = formatPlan(planRemoval(wish(input), { ...observed, volumes: [...observed.volumes, left] }));
    expect(forgotten).toContain("~ keep volume shop-ab12cd-data-2");
  });
});
