import type { Problem } from "../../../sdk/spec/drayage-error";
import { type NormaliseOptions, normaliseWorkload } from "../../../sdk/spec/normalise-workload";
import { UNKNOWN } from "../../../sdk/spec/unknown";

const shop = {
  name: "shop",
  services: {
    web: { image: "nginx:1.27", ports: ["80:80"], dependsOn: { api: "healthy" } },
    api: {
      image: { name: "api", contentHash: "c0ffee" },
      environment: { SPRING_DATASOURCE_URL: "jdbc:postgresql://db/shop", WORKERS: 4 },
      secrets: { "spring.datasource.password": "hunter2" },
      healthcheck: { http: { port: 8080, path: "/actuator/health" } },
      dependsOn: { db: "healthy" },
    },
    db: {
      image: "postgres:16",
      secrets: { pg: { value: "hunter2", uid: 999, env: "PW" } },
      volumes: { data: "/var/lib/postgresql/data" },
      healthcheck: { command: ["pg_isready", "-U", "shop"], interval: "5s" },
      stopGracePeriod: "30s",
      fingerprint: "pg_dump --username=shop 'the shop'",
    },
  },
  volumes: { data: {} },
};

function problemsOf(input: unknown, options?: NormaliseOptions): readonly Problem[] {
  const result = normaliseWorkload(input, options);
  return "problems" in result ? result.problems : [];
}

function specOf(input: unknown, options?: NormaliseOptions) {
  const result = normaliseWorkload(input, options);
  if ("problems" in result) throw new Error(JSON.stringify(result.problems));
  return result.spec;
}

/** One service `a` and whatever the case adds; its problems as `path: reason`. */
function lines(service: object, workload: object = {}): string[] {
  const input = { name: "w", services: { a: { image: "i", ...service } }, ...workload };
  return problemsOf(input).map(({ path, reason }) => `${path}: ${reason}`);
}

describe("the normalised workload", () => {
  it("has every default filled and no sugar", () => {
    const { services, volumes, networks, subnets } = specOf(shop);
    expect(services.db).toEqual({
      image: { kind: "reference", ref: "postgres:16", pull: "missing" },
      run: "continuously",
      replicas: 1,
      environment: {},
      secrets: [{ name: "pg", env: "PW", uid: 999, mode: "0400" }],
      ports: [],
      mounts: [{ kind: "volume", volume: "data", path: "/var/lib/postgresql/data", readOnly: false }],
      networks: [{ network: "default", aliases: [] }],
      dependsOn: [],
      healthcheck: {
        probe: { kind: "command", command: ["pg_isready", "-U", "shop"] },
        intervalMs: 5_000,
        timeoutMs: 30_000,
        retries: 3,
        startPeriodMs: 0,
      },
      restart: { name: "unless-stopped", maximumRetries: 0 },
      stopGracePeriodMs: 30_000,
      fingerprint: ["pg_dump", "--username=shop", "the shop"],
      hostname: "db",
      labels: {},
      init: false,
      readOnly: false,
      allowNewPrivileges: false,
      capAdd: [],
      capDrop: [],
      ulimits: {},
      sysctls: {},
      devices: [],
      shmSizeBytes: 67_108_864,
      pids: 4096,
      logging: { driver: "json-file", options: { "max-file": "3", "max-size": "10m" } },
      extraHosts: {},
    });
    expect(services.web?.ports).toEqual([{ address: "", published: 80, target: 80, protocol: "tcp" }]);
    expect(services.api?.environment).toEqual({ SPRING_DATASOURCE_URL: "jdbc:postgresql://db/shop", WORKERS: "4" });
    expect(services.api?.image).toEqual({ kind: "built", name: "api", contentHash: "c0ffee" });
    expect(services.api?.healthcheck?.probe).toEqual({
      kind: "http",
      port: 8080,
      path: "/actuator/health",
      statusFrom: 200,
      statusTo: 399,
    });
    expect(volumes).toEqual({ data: { keep: true, protect: false, ephemeral: false, shared: false } });
    expect(networks).toEqual({ default: { internal: false } });
    expect(subnets).toBe("10.213.0.0/16");
  });

  it("is the same whatever the order of keys", () => {
    const turned = { ...shop, services: Object.fromEntries(Object.entries(shop.services).reverse()) };
    expect(JSON.stringify(specOf(turned))).toBe(JSON.stringify(specOf(shop)));
  });

  it("survives JSON unchanged", () => {
    expect(JSON.parse(JSON.stringify(specOf(shop)))).toEqual(specOf(shop));
  });

  it("holds no secret value; values travel apart, by service", () => {
    const result = normaliseWorkload(shop);
    if ("problems" in result) throw new Error("problems");
    expect(JSON.stringify(result.spec)).not.toContain("hunter2");
    expect(result.secrets).toEqual({ api: { "spring.datasource.password": "hunter2" }, db: { pg: "hunter2" } });
  });

  it("reads the short and the long form of the same thing alike", () => {
    const short = { ports: ["127.0.0.1:8080:80/udp"], dependsOn: ["b"], networks: ["n"], ulimits: { nofile: 9 }, tmpfs: "/run" };
    const long = {
      ports: [{ target: 80, published: 8080, hostIp: "127.0.0.1", protocol: "udp" }],
      dependsOn: { b: "started" },
      networks: { n: {} },
      ulimits: { nofile: { soft: 9, hard: 9 } },
      tmpfs: { "/run": {} },
    };
    const of = (service: object) =>
      specOf({ name: "w", services: { a: { image: "i", ...service }, b: { image: "i" } }, networks: { n: {} } });
    expect(of(short)).toEqual(of(long));
  });

  it("expands a range of ports", () => {
    const { services } = specOf({ name: "w", services: { a: { image: "i", ports: ["8000-8002:9000-9002"] } } });
    expect(services.a?.ports.map(({ published, target }) => [published, target])).toEqual([
      [8000, 9000],
      [8001, 9001],
      [8002, 9002],
    ]);
  });

  it("makes a one-shot not restart, and whoever shares a network wait for its owner", () => {
    const { services } = specOf({
      name: "w",
      services: {
        a: { image: "i", networkMode: "service:b" },
        b: { image: "i", dependsOn: { c: "completed" } },
        c: { image: "i", run: "once per release" },
      },
    });
    expect(services.a).toMatchObject({ dependsOn: [{ service: "b", condition: "started" }], networks: [] });
    expect(services.a).not.toHaveProperty("hostname");
    expect(services.c?.restart).toEqual({ name: "no", maximumRetries: 0 });
  });

  it("takes env files under the environment", () => {
    const input = { name: "w", services: { a: { image: "i", envFile: ["a.env", "b.env"], environment: { C: "own" } } } };
    const files: Record<string, Record<string, string>> = { "a.env": { C: "1", B: "1", A: "1" }, "b.env": { B: "2" } };
    const { services } = specOf(input, { openEnvFile: (path) => ({ environment: files[path] ?? {} }) });
    expect(services.a?.environment).toEqual({ A: "1", B: "2", C: "own" });
    expect(Object.keys(services.a?.environment ?? {})).toEqual(["A", "B", "C"]);
    expect(problemsOf(input)).toHaveLength(1);
    expect(problemsOf(input, { openEnvFile: () => ({ error: "line 3 is not NAME=value" }) })[0]?.reason).toContain("line 3");
  });

  it("marks a folder of the host as blocking a move until it is declared", () => {
    const { services } = specOf({
      name: "w",
      services: { a: { image: "i", volumes: { "/srv/a": "/a", "/srv/b": { path: "/b", readOnly: true, onMove: "copy" } } } },
    });
    expect(services.a?.mounts).toEqual([
      { kind: "bind", source: "/srv/a", path: "/a", readOnly: false, onMove: "block" },
      { kind: "bind", source: "/srv/b", path: "/b", readOnly: true, onMove: "copy" },
    ]);
  });
});

describe("a mistake", () => {
  it.each<[string, object, string]>([
    ["an unknown key", { enviroment: {} }, "services.a.enviroment: unknown key 'enviroment'; did you mean 'environment'?"],
    [
      "a word of Compose that is not ours",
      { mem_limit: "1g" },
      "services.a.mem_limit: unknown key 'mem_limit'; write it as 'memory'",
    ],
    ["a wrong type", { replicas: "2" }, 'services.a.replicas: expected a whole number from 1 to 1000, got "2"'],
    [
      "an open quote",
      { fingerprint: "pg_dump 'shop" },
      'services.a.fingerprint: expected a command with its quotes closed, got "pg_dump \'shop"',
    ],
    [
      "a bare duration",
      { stopGracePeriod: 30 },
      'services.a.stopGracePeriod: expected a duration such as "30s" or "1m30s", got 30',
    ],
    ["a wrong word", { run: "once" }, "services.a.run: expected 'once per release', got \"once\""],
    [
      "a bad image",
      { image: "Nginx" },
      'services.a.image: expected an image reference such as "postgres:16" (lower case), got "Nginx"',
    ],
    ["no image", { image: undefined }, 'services.a.image: is missing: a reference such as "postgres:16", or an Image'],
    ["an Image resource", { image: { urn: "u", id: "i" } }, "services.a.image: is an Image resource; write image.ref"],
    [
      "an image whose context failed",
      { image: { name: "web", contentHash: "", error: { path: "context", reason: "./web does not exist" } } },
      "services.a.image: image web cannot be built: ./web does not exist",
    ],
    [
      "a lone port",
      { ports: ["80"] },
      'services.a.ports[0]: which port of the host? write "80:80"; random ports are not given out',
    ],
    [
      "ranges of two lengths",
      { ports: ["80-82:80"] },
      'services.a.ports[0]: expected two port ranges of the same length, got "80-82:80"',
    ],
    ["a port beyond the end", { ports: ["70000:80"] }, 'services.a.ports[0]: expected ports from 1 to 65535, got "70000:80"'],
    [
      "an undeclared volume",
      { volumes: { data: "/d" } },
      "services.a.volumes.data: volume 'data' is not declared; add volumes: { data: {} } to the workload",
    ],
    [
      "an undeclared network",
      { networks: ["back"] },
      "services.a.networks: network 'back' is not declared; add networks: { back: {} } to the workload",
    ],
    ["a missing service", { dependsOn: ["db"] }, "services.a.dependsOn: there is no service 'db'"],
    ["waiting for itself", { dependsOn: ["a"] }, "services: services wait for each other: a → a"],
    [
      "a relative path of this machine",
      { volumes: { "./nginx.conf": "/etc/nginx/nginx.conf:ro" } },
      'services.a.volumes["./nginx.conf"]: is a path of this machine, which the host does not have; write configs: { "/etc/nginx/nginx.conf": { file: "./nginx.conf" } }, or a volume for data that changes',
    ],
    ["a bind with ..", { volumes: { "/a/../etc": "/x" } }, "services.a.volumes[\"/a/../etc\"]: is no absolute path without '..'"],
    ["two mounts at one path", { tmpfs: ["/x", "/x/"] }, "services.a.tmpfs[1]: /x is already the place of services.a.tmpfs[0]"],
    [
      "a one-shot that restarts",
      { run: "once per release", restart: "always" },
      "services.a.restart: 'always' would run a one-shot again and again; use 'no' or 'on-failure:3', or drop run",
    ],
    [
      "replicas with a port",
      { replicas: 2, ports: ["80:80"] },
      "services.a.replicas: 2 replicas cannot share the host's port 80/tcp; put a proxy service in front",
    ],
    [
      "two probes",
      { healthcheck: { tcp: { port: 1 }, command: "x" } },
      "services.a.healthcheck: has command and tcp; keep one of them",
    ],
    ["no probe", { healthcheck: { interval: "1s" } }, "services.a.healthcheck: expected one of command, http, tcp"],
    [
      "ports without a network",
      { networkMode: "none", ports: ["1:1"] },
      "services.a.ports: a service with networkMode 'none' cannot publish ports",
    ],
    [
      "pull of an Image",
      { image: { name: "web", contentHash: "c" }, pull: "always" },
      "services.a.pull: is for references; an Image is built when its content changes",
    ],
    [
      "two platforms",
      { image: { name: "web", contentHash: "c", platform: "linux/amd64" }, platform: "linux/arm64" },
      "services.a.platform: is linux/arm64, but image web is built for linux/amd64",
    ],
    [
      "an interval of nothing",
      { healthcheck: { tcp: { port: 1 }, interval: "0s" } },
      'services.a.healthcheck.interval: expected a duration above 0, got "0s"',
    ],
    ["a secret that was forgotten", { secrets: { pw: undefined } }, "services.a.secrets.pw: expected a string, got nothing"],
    [
      "labels of ours",
      { labels: { "dev.drayage.kind": "x" } },
      "services.a.labels[\"dev.drayage.kind\"]: begins with 'dev.drayage.', which marks what is ours; take another name",
    ],
    [
      "a path as config",
      { configs: { "/a": "./a" } },
      'services.a.configs["/a"]: expected { text }, { file } or { folder }, got a string; is it { file: … }?',
    ],
    [
      "a config of two kinds",
      { configs: { "/a": { text: "", file: "b" } } },
      'services.a.configs["/a"]: expected one of text, file, folder, got text and file',
    ],
    [
      "a numeric mode",
      { configs: { "/a": { text: "", mode: 644 } } },
      'services.a.configs["/a"].mode: expected a mode in octal digits such as "0644", got 644',
    ],
  ])("%s is named at its place", (_, service, line) => expect(lines(service)).toEqual([line]));

  it("is reported together with all others", () => {
    const paths = problemsOf({
      name: "Shop",
      services: {
        a: { image: "i", prots: [], ports: ["80:80", "x"], volumes: { dta: "/d" }, dependsOn: { b: "healthy", c: "started" } },
        b: { ports: ["127.0.0.1:80:80"], dependsOn: { a: "ready" } },
        d: 4,
      },
      volumes: { data: { protect: true, keep: false } },
      netwroks: {},
    }).map(({ path }) => path);
    expect(paths.sort()).toEqual(
      [
        "name",
        "netwroks",
        "services",
        "services.a.dependsOn",
        "services.a.ports[1]",
        "services.a.prots",
        "services.a.volumes.dta",
        "services.b.dependsOn.a",
        "services.b.image",
        "services.b.ports[0]",
        "services.d",
        "volumes.data",
      ].sort(),
    );
  });

  it("under secrets or environment never shows a value", () => {
    const found = JSON.stringify(
      problemsOf({
        name: "w",
        services: {
          a: {
            image: "i",
            secrets: { pw: { value: "hunter2", mode: "hunter2", env: "hunter 2" }, "a/b": 12345 },
            environment: { PW: ["hunter2"] },
          },
        },
      }),
    );
    expect(found).not.toMatch(/hunter|12345/);
    expect(JSON.parse(found)).toHaveLength(5);
  });

  it("prints a circle of dependencies as a path, once", () => {
    const service = (dependsOn: string[]) => ({ image: "i", dependsOn });
    const found = problemsOf({
      name: "w",
      services: { c: service(["a"]), b: service(["c"]), a: service(["b"]), d: service(["a"]) },
    });
    expect(found.map(({ reason }) => reason)).toEqual(["services wait for each other: a → b → c → a"]);
  });

  it.each<[string, string, boolean]>([
    ["80:1", "80:2", true],
    ["80:1", "127.0.0.1:80:2", true],
    ["0.0.0.0:80:1", "127.0.0.1:80:2", true],
    ["127.0.0.1:80:1", "127.0.0.1:80:2", true],
    ["127.0.0.1:80:1", "127.0.0.2:80:2", false],
    ["0.0.0.0:80:1", "[::1]:80:2", false],
    ["80:1", "80:2/udp", false],
    ["80-85:80-85", "83:2", true],
  ])("ports %s and %s: clash is %s", (one, other, clash) => {
    const services = { a: { image: "i", ports: [one] }, b: { image: "i", ports: [other] } };
    const found = problemsOf({ name: "w", services });
    expect(found.map(({ path }) => path)).toEqual(clash ? ["services.b.ports[0]"] : []);
  });

  it("is a host name beside a borrowed network, and a port on internal networks only", () => {
    const services = {
      a: { image: "i", networkMode: "service:b", hostname: "x" },
      b: { image: "i", networks: ["n"], ports: ["1:1"] },
    };
    const found = problemsOf({ name: "w", services, networks: { n: { internal: true } } });
    expect(found.map(({ path }) => path)).toEqual(["services.a.hostname", "services.b.ports"]);
  });

  it("is two writers on a volume that is not shared", () => {
    const service = (mount: unknown) => ({ name: "w", services: { a: { image: "i", replicas: 2, volumes: { v: mount } } } });
    expect(problemsOf({ ...service("/v"), volumes: { v: {} } }).map(({ path }) => path)).toEqual(["services.a.volumes.v"]);
    expect(problemsOf({ ...service("/v"), volumes: { v: { shared: true } } })).toEqual([]);
    expect(problemsOf({ ...service({ path: "/v", readOnly: true }), volumes: { v: {} } })).toEqual([]);
  });

  it.each([undefined, null, 4, "x", [], {}])("is a workload that is %j", (input) =>
    expect(problemsOf(input).length).toBeGreaterThan(0),
  );
});

describe("an unknown value", () => {
  const everywhere = {
    name: "w",
    services: {
      a: {
        image: UNKNOWN,
        command: UNKNOWN,
        environment: { A: UNKNOWN },
        secrets: { s: UNKNOWN, t: { value: UNKNOWN, uid: UNKNOWN } },
        configs: { "/c": { text: UNKNOWN }, "/d": { file: "x", hash: UNKNOWN } },
        ports: [UNKNOWN, { target: 80, published: UNKNOWN }],
        volumes: { data: UNKNOWN },
        tmpfs: UNKNOWN,
        dependsOn: UNKNOWN,
        networks: UNKNOWN,
        healthcheck: { http: { port: UNKNOWN, status: UNKNOWN } },
        restart: UNKNOWN,
        stopGracePeriod: UNKNOWN,
        memory: UNKNOWN,
        ulimits: { nofile: UNKNOWN },
        extraHosts: { db: UNKNOWN },
        devices: [UNKNOWN],
        logging: UNKNOWN,
      },
    },
    volumes: { data: { protect: UNKNOWN } },
    subnets: UNKNOWN,
  };

  it("passes every leaf in preview and stays unknown", () => {
    const spec = specOf(everywhere, { allowUnknown: true });
    expect(spec.services.a).toMatchObject({
      image: { kind: "reference", ref: UNKNOWN },
      environment: { A: UNKNOWN },
      memoryBytes: UNKNOWN,
      stopGracePeriodMs: UNKNOWN,
      command: [UNKNOWN],
      restart: { name: UNKNOWN },
    });
    expect(spec.services.a?.ports).toEqual([
      { address: UNKNOWN, published: UNKNOWN, target: UNKNOWN, protocol: "tcp" },
      { address: "", published: UNKNOWN, target: 80, protocol: "tcp" },
    ]);
  });

  it("is refused when something is about to run", () => {
    const reasons = new Set(problemsOf(everywhere).map(({ reason }) => reason));
    expect([...reasons]).toEqual(["is not known yet; nothing can run with it"]);
  });
});
