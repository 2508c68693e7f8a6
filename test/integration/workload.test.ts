import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../sdk/cli/system-clock";
import { readConfigSource } from "../../sdk/context/read-config-source";
import type { Clock } from "../../sdk/engine/clock";
import type { DockerEngine } from "../../sdk/engine/docker/docker-engine";
import type { HostHandle } from "../../sdk/engine/host/host-handle";
import { label } from "../../sdk/engine/labels";
import { formatPlan } from "../../sdk/engine/plan/format-plan";
import { createRecordStore } from "../../sdk/engine/record/create-record-store";
import { applyWorkload } from "../../sdk/engine/workload/apply-workload";
import { observeHost } from "../../sdk/engine/workload/host-snapshot";
import { previewWorkload } from "../../sdk/engine/workload/preview-workload";
import { readConfigFiles } from "../../sdk/engine/workload/read-config-files";
import { readWorkload } from "../../sdk/engine/workload/read-workload";
import { removeWorkload } from "../../sdk/engine/workload/remove-workload";
import type { WorkloadInput } from "../../sdk/spec/workload";
import { freePort, freePorts } from "../support/free-ports";
import { localHandle } from "../support/local-handle";
import { removeRecord } from "../support/remove-record";
import { tinyImage } from "../support/tiny-image";
import { type RequestParts, randomIdentity, requestFor } from "../support/workload-requests";

jest.setTimeout(60_000);

const image = "debian:bookworm-slim";
const clock: Clock = systemClock;
const forever = "trap 'exit 0' TERM; while :; do sleep 0.1; done";

describe("a workload on a real engine", () => {
  let host: HostHandle;
  let identity: string;
  let name: string;
  let changes: string[];
  let recordDir: string;

  const service = (script = forever, more: object = {}) => ({
    image,
    command: ["sh", "-c", script],
    init: true,
    stopGracePeriod: "2s",
    ...more,
  });
  const request = (input: Omit<WorkloadInput, "name">, parts: Partial<RequestParts> = {}) =>
    requestFor({ name, ...input }, { identity, host, clock, ...parts });
  const apply = (input: Omit<WorkloadInput, "name">, parts: Partial<RequestParts> = {}) => {
    observeHost(host).refresh();
    return applyWorkload(request(input, parts));
  };
  const preview = async (input: Omit<WorkloadInput, "name">) => {
    observeHost(host).refresh();
    return formatPlan(await previewWorkload(request(input)));
  };
  const own = () => host.docker.listContainers({ label: [`${label.identity}=${identity}`] });
  const only = async (serviceName: string) => {
    const found = (await own()).filter((one) => one.Labels[label.service] === serviceName);
    expect(found.map((one) => one.Names[0])).toHaveLength(1);
    const inspect = await host.docker.inspectContainer(found[0]?.Id ?? "");
    if (!inspect) throw new Error("gone");
    return inspect;
  };
  const sh = async (id: string, script: string) => {
    const { exitCode, stdout, stderr } = await host.docker.exec(id, ["sh", "-c", script]);
    return { exitCode, text: `${stdout}${stderr}`.trim() };
  };

  beforeAll(async () => {
    const plain = await localHandle("rack");
    recordDir = `/var/lib/drayage-test-${randomBytes(5).toString("hex")}`;
    const record = createRecordStore(plain.docker, { clock, dir: recordDir });
    host = { ...plain, docker: counting(plain.docker, (call) => changes.push(call)), record };
  });

  beforeEach(() => {
    identity = randomIdentity();
    name = `shop${randomBytes(2).toString("hex")}`;
    changes = [];
  });

  afterEach(async () => {
    for (const { Id } of await own()) await host.docker.removeContainer(Id, { force: true });
    const filter = { label: [`${label.identity}=${identity}`] };
    for (const { Id } of await host.docker.listNetworks(filter)) await host.docker.removeNetwork(Id);
    for (const { Name } of await host.docker.listVolumes(filter)) await host.docker.removeVolume(Name);
  });

  afterAll(async () => {
    await removeRecord(host.docker, recordDir);
  });

  it("deploys services in the order they depend on each other, reachable by name, with safe defaults", async () => {
    const input = {
      services: {
        web: service(`getent hosts db >/dev/null || exit 3; ${forever}`, { dependsOn: { db: "healthy" as const } }),
        db: service(`sleep 0.5; touch /tmp/ready; ${forever}`, {
          healthcheck: { command: ["test", "-e", "/tmp/ready"] },
          volumes: { data: "/data" },
        }),
      },
      volumes: { data: {} },
    };
    const { receipt, measured } = await apply(input);
    const web = await only("web");
    expect(web.Name).toBe(`/${name}-${identity.slice(0, 6)}-web-1-g1`);
    expect(web.State.Running).toBe(true);
    expect(web.HostConfig).toMatchObject({
      RestartPolicy: { Name: "unless-stopped" },
      SecurityOpt: ["no-new-privileges"],
      PidsLimit: 4096,
      LogConfig: { Type: "json-file", Config: { "max-size": "10m", "max-file": "3" } },
    });
    expect(Object.keys(measured?.operations ?? {})).toEqual(expect.arrayContaining(["gate db.1", "promote web.1"]));
    const imageId = (await host.docker.inspectImage(image))?.Id;
    expect(receipt.images).toEqual({ web: imageId, db: imageId });
    expect((await host.record.read()).workloads[identity]).toMatchObject({
      name,
      volumes: { data: { state: "current", dockerName: `${name}-${identity.slice(0, 6)}-data` } },
      releases: [{ hash: receipt.hash }],
    });
  });

  it("makes no changing call and takes no lease when nothing changed", async () => {
    const input = { services: { web: service() }, volumes: {} };
    const first = await apply(input);
    changes = [];
    const second = await apply(input);
    expect(changes).toEqual([]);
    expect(second.plan.operations).toEqual([]);
    expect(second.receipt).toEqual(first.receipt);
  });

  it("replaces a container for a changed variable, the new one first", async () => {
    await apply({ services: { web: service() } });
    const input = { services: { web: service(forever, { environment: { MODE: "new" } }) } };
    expect(await preview(input)).toBe(
      [
        "+ create web.1: environment.MODE changed",
        "+ start web.1: environment.MODE changed",
        "? gate web.1: environment.MODE changed",
        "~ promote web.1: environment.MODE changed",
        "- stop web.1: environment.MODE changed !",
        "- remove web.1: replaced !",
      ].join("\n"),
    );
    await apply(input);
    const web = await only("web");
    expect(web.Name).toMatch(/-web-1-g2$/);
    expect(web.Config.Env).toContain("MODE=new");
    const aliases = Object.values(web.NetworkSettings.Networks)[0]?.Aliases;
    expect(aliases).toContain("web");
  });

  it("keeps the connections and the address of a container when it gives it the service's name", async () => {
    await apply({ services: { web: service(), ask: service() } });
    const before = await only("web");
    await apply({ services: { web: service(forever, { environment: { A: "1" } }), ask: service() } });
    const after = await only("web");
    const asked = await sh((await only("ask")).Id, "getent hosts web");
    expect(asked.text).toContain(Object.values(after.NetworkSettings.Networks)[0]?.IPAddress ?? "?");
    expect(after.Id).not.toBe(before.Id);
  });

  it("runs another image when its reference changes, and removes the old container", async () => {
    await apply({ services: { web: service() } });
    const tag = `${name}-v2`;
    await host.docker.tagImage(image, tag, "2");
    try {
      await apply({ services: { web: { ...service(), image: `${tag}:2` } } });
      expect((await only("web")).Name).toMatch(/-g2$/);
    } finally {
      await host.docker.removeImage(`${tag}:2`);
    }
  });

  it("scales up and down", async () => {
    await apply({ services: { web: service(forever, { replicas: 3 }) } });
    expect(await own()).toHaveLength(3);
    const [first] = (await own()).filter((one) => one.Labels[label.replica] === "1");
    expect(await preview({ services: { web: service() } })).toBe(
      [
        "- stop web.2: scaled to 1 !",
        "- remove web.2: scaled to 1 !",
        "- stop web.3: scaled to 1 !",
        "- remove web.3: scaled to 1 !",
      ].join("\n"),
    );
    await apply({ services: { web: service() } });
    expect((await own()).map((one) => one.Id)).toEqual([first?.Id]);
  });

  it("keeps the old version serving when the new one never becomes healthy, and keeps the failed one's words", async () => {
    await apply({ services: { web: service() } });
    const before = await only("web");
    const bad = {
      services: {
        web: service(`echo cannot find my shoes; ${forever}`, {
          healthcheck: { command: ["false"], interval: "1s", retries: 1 },
        }),
      },
    };
    const failure = await apply(bad).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: "GATE_FAILED",
      subject: `${name}/web on rack`,
      hint: `dray logs ${name}/web`,
      message: expect.stringContaining("cannot find my shoes"),
    });
    const names = (await own()).map((one) => [one.Names[0]?.replace(/.*-web/, "web"), one.State]);
    expect(names.sort()).toEqual([
      ["web-1-g1", "running"],
      ["web-1-g2-failed", "exited"],
    ]);
    expect((await host.docker.inspectContainer(before.Id))?.HostConfig.RestartPolicy?.Name).toBe("unless-stopped");
    await apply({ services: { web: service(forever, { environment: { OK: "1" } }) } });
    expect((await only("web")).Name).toMatch(/-g3$/);
  });

  describe("with a published port", () => {
    let port: number;
    beforeAll(async () => {
      port = await freePort();
    });
    const listen = (answer: string) =>
      `exec perl -MIO::Socket::INET -e '$s=IO::Socket::INET->new(LocalPort=>7000,Listen=>5,ReuseAddr=>1) or die; $SIG{TERM}=sub{exit 0}; while($c=$s->accept){print $c "${answer}\\n";close $c}'`;
    const published = (script: string, more: object = {}) =>
      service(script, {
        ports: [`127.0.0.1:${port}:7000`],
        healthcheck: { tcp: { port: 7000 }, interval: "1s", retries: 30 },
        ...more,
      });

    it("stops the old one first, says how long nobody answers, and serves the new one", async () => {
      const { endpoints } = await apply({ services: { web: published(listen("one")) } });
      expect(await answerOf(port)).toBe("one");
      expect(endpoints["web:7000/tcp"]).toMatchObject({ address: "127.0.0.1", port });
      const next = { services: { web: published(listen("two")) } };
      expect(await preview(next)).toBe(
        [
          "+ create web.1: command changed",
          "- stop web.1: command changed !",
          "+ start web.1: command changed",
          "? gate web.1: command changed",
          "~ promote web.1: command changed",
          "- remove web.1: replaced !",
          "  outage of web: about 1.7 s = stop 0.3 s + start 0.4 s + until healthy 1 s",
        ].join("\n"),
      );
      await apply(next);
      expect(await answerOf(port)).toBe("two");
    });

    it("brings the old one back when the new one fails after it was stopped", async () => {
      await apply({ services: { web: published(listen("one")) } });
      const failure = await apply({ services: { web: published("echo broken; exit 7") } }).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: "START_FAILED" });
      expect(String(failure)).toContain("exit code 7");
      expect(String(failure)).toContain("The previous version of web.1 serves again.");
      expect(await answerOf(port)).toBe("one");
      const old = (await own()).find((one) => one.State === "running");
      expect((await host.docker.inspectContainer(old?.Id ?? ""))?.HostConfig.RestartPolicy?.Name).toBe("unless-stopped");
    });

    it("refuses a port that a foreign container publishes, by name, before anything is made", async () => {
      const foreign = await host.docker.createContainer(`foreign-${name}`, {
        Image: image,
        Cmd: ["sleep", "60"],
        ExposedPorts: { "80/tcp": {} },
        HostConfig: { PortBindings: { "80/tcp": [{ HostPort: String(port) }] } },
      });
      await host.docker.startContainer(foreign);
      changes = [];
      try {
        await expect(apply({ services: { web: published(listen("one")) } })).rejects.toMatchObject({
          code: "PORT_TAKEN",
          message: expect.stringContaining(`foreign-${name}`),
        });
        expect(changes).toEqual([]);
      } finally {
        await host.docker.removeContainer(foreign, { force: true });
      }
    });
  });

  it("shows what was changed by hand and puts it right", async () => {
    const input = { services: { web: service(), db: service(forever, { memory: "64m" }), cron: service() } };
    await apply(input);
    const [web, db, cron] = [await only("web"), await only("db"), await only("cron")];
    await host.docker.removeContainer(web.Id, { force: true });
    await host.docker.setRestartPolicy(db.Id, { Name: "no" });
    await host.docker.updateLimits(db.Id, { memoryBytes: 80_000_000 });
    await host.docker.disconnectNetwork(Object.keys(cron.NetworkSettings.Networks)[0] ?? "", cron.Id);
    await host.docker.stopContainer(cron.Id, 1);
    expect(await preview(input)).toBe(
      [
        "+ start cron.1: not running",
        "? gate cron.1: not running",
        "~ update cron.1: not running",
        "~ update db.1: memoryBytes, restart changed",
        "+ create web.1: not found",
        "+ start web.1: not found",
        "? gate web.1: not found",
        "~ promote web.1: not found",
      ].join("\n"),
    );
    observeHost(host).refresh();
    const reading = await readWorkload(request(input));
    expect(reading.state === "present" && reading.drift.map((one) => one.path).sort()).toEqual([
      "services.cron.networks",
      "services.cron.replicas",
      "services.db.memory",
      "services.db.restart",
      "services.web.replicas",
    ]);
    await apply(input);
    expect(await preview(input)).toBe("no changes");
    expect((await only("db")).Id).toBe(db.Id);
    expect((await only("cron")).Id).toBe(cron.Id);
    expect((await only("db")).HostConfig.Memory).toBe(64 * 1024 * 1024);
  });

  it("keeps the data when it is destroyed and attaches it again with the next up", async () => {
    const input = { services: { db: service(forever, { volumes: { data: "/data" } }) }, volumes: { data: {} } };
    await apply(input);
    await sh((await only("db")).Id, "echo precious > /data/file");
    observeHost(host).refresh();
    const removal = await removeWorkload(request(input));
    expect(removal.kept).toEqual(["data"]);
    expect(await own()).toEqual([]);
    expect(await host.docker.listNetworks({ label: [`${label.identity}=${identity}`] })).toEqual([]);
    expect((await host.record.read()).workloads[identity]?.volumes.data?.state).toBe("kept");
    expect(await preview(input)).toContain("note: volume data was kept on rack and is re-attached with its data");
    await apply(input);
    expect((await sh((await only("db")).Id, "cat /data/file")).text).toBe("precious");
    expect((await host.record.read()).workloads[identity]?.volumes.data?.state).toBe("current");
  });

  it("removes data only when the program gives it up, and never protected data", async () => {
    const input = (volume: object) => ({
      services: { db: service(forever, { volumes: { data: "/data" } }) },
      volumes: { data: volume },
    });
    await apply(input({ protect: true }));
    observeHost(host).refresh();
    await expect(removeWorkload(request(input({ keep: false })))).rejects.toMatchObject({
      code: "DATA_PROTECTED",
    });
    expect(await own()).toHaveLength(1);
    await apply(input({ keep: false }));
    observeHost(host).refresh();
    await removeWorkload(request(input({ keep: false })));
    expect(await host.docker.listVolumes({ label: [`${label.identity}=${identity}`] })).toEqual([]);
    expect((await host.record.read()).workloads[identity]).toBeUndefined();
    expect(await readWorkload(request(input({})))).toEqual({ state: "gone" });
  });

  it("leaves everything to the newer resource that has taken the workload over", async () => {
    const input = { services: { web: service() } };
    await apply(input);
    const newer = { stackUid: "test-stack", project: "shop", stack: "dev", id: "shop-000000000002" };
    await apply(input, { owner: newer });
    observeHost(host).refresh();
    const removal = await removeWorkload(request(input));
    expect(removal.ownedBy).toEqual(newer);
    expect((await only("web")).State.Running).toBe(true);
  });

  it("refuses a volume of that name that is not ours, and changes nothing", async () => {
    const dockerName = `${name}-${identity.slice(0, 6)}-data`;
    await host.docker.createVolume(dockerName, { someone: "else" });
    changes = [];
    const input = { services: { db: service(forever, { volumes: { data: "/data" } }) }, volumes: { data: {} } };
    try {
      await expect(apply(input)).rejects.toMatchObject({ code: "NAME_TAKEN", message: expect.stringContaining(dockerName) });
      expect(changes).toEqual([]);
    } finally {
      await host.docker.removeVolume(dockerName);
    }
  });

  it("delivers secrets as files that only the service's user can read, and shows them nowhere else", async () => {
    const secret = `s3cret-${randomBytes(6).toString("hex")}`;
    const input = {
      services: {
        api: service(forever, {
          user: "www-data",
          secrets: { "db.password": secret },
          configs: { "/etc/app/app.conf": { text: "mode=fast" } },
        }),
      },
    };
    await apply(input);
    const api = await only("api");
    expect((await sh(api.Id, "cat /run/secrets/db.password; stat -c ' %a %U' /run/secrets/db.password")).text).toBe(
      `${secret} 400 www-data`,
    );
    expect((await sh(api.Id, "cat /etc/app/app.conf; stat -c ' %a %U' /etc/app/app.conf")).text).toBe("mode=fast 644 root");
    expect(JSON.stringify(api)).not.toContain(secret);
    changes = [];
    await apply(input);
    expect(changes).toEqual([]);
    await apply({ services: { api: { ...input.services.api, secrets: { "db.password": "another-value" } } } });
    expect((await sh((await only("api")).Id, "cat /run/secrets/db.password")).text).toBe("another-value");
    const volumes = await host.docker.listVolumes({ label: [`${label.identity}=${identity}`, "dev.drayage.kind=secrets"] });
    expect(volumes).toHaveLength(1);
  });

  it("runs a one-shot once per release, before what waits for it", async () => {
    const input = (word: string) => ({
      services: {
        migrate: service(`echo ${word} >> /data/log`, { run: "once per release" as const, volumes: { data: "/data" } }),
        web: service(forever, {
          dependsOn: { migrate: "completed" as const },
          volumes: { data: { path: "/data", readOnly: true } },
        }),
      },
      volumes: { data: {} },
    });
    await apply(input("one"));
    expect((await sh((await only("web")).Id, "cat /data/log")).text).toBe("one");
    changes = [];
    await apply(input("one"));
    expect(changes).toEqual([]);
    await apply(input("two"));
    expect((await sh((await only("web")).Id, "cat /data/log")).text).toBe("one\ntwo");
  });

  it("asks http from inside the container's network, without a published port", async () => {
    const answer = (status: string) =>
      `exec perl -MIO::Socket::INET -e '$SIG{TERM}=sub{exit 0};sleep 1;$s=IO::Socket::INET->new(LocalPort=>8000,Listen=>5) or die;while($c=$s->accept){<$c>;print $c "HTTP/1.0 ${status}\\r\\n\\r\\n";close $c}'`;
    const input = (expected: string, retries = 30) => ({
      services: {
        api: service(answer("401 Who"), {
          healthcheck: { http: { port: 8000, path: "/up", status: expected }, interval: "1s", retries },
        }),
      },
    });
    await apply(input("401-403"));
    const { Id, State } = await only("api");
    expect(State.Running).toBe(true);
    // Another check alone is asked in that same up, of the container that is there.
    const { plan } = await apply(input("401-404"));
    expect(formatPlan(plan)).toBe("? gate api.1: healthcheck changed");
    await expect(apply(input("200-399", 1))).rejects.toMatchObject({
      code: "GATE_FAILED",
      message: expect.stringMatching(/GET \/up on port 8000: status 401[\s\S]*api\.1 runs on as before: nothing of it changed/),
    });
    expect(await only("api")).toMatchObject({ Id, State: { Running: true, StartedAt: State.StartedAt } });
    expect(await preview(input("200-399", 1))).toBe("? gate api.1: healthcheck changed");
  });

  it("says that a container was killed for its memory", async () => {
    // A gate that never opens: without one it is up when it has run for a second, and swapping may take longer than that.
    const never = { command: ["false"] };
    const greedy = service(`perl -e '$x="x"x(200*1024*1024); sleep 5'`, { memory: "32m", init: false, healthcheck: never });
    await expect(apply({ services: { web: greedy } })).rejects.toMatchObject({
      code: "START_FAILED",
      message: expect.stringMatching(/exit code 137, killed because it used more memory|exit code 1/),
    });
  });

  it("separates networks, with other names where the program gives them", async () => {
    const input = {
      services: {
        web: service(forever, { networks: ["front"] }),
        api: service(forever, { networks: { front: { aliases: ["backend"] }, back: {} } }),
        db: service(forever, { networks: ["back"] }),
      },
      networks: { front: {}, back: { internal: true } },
    };
    await apply(input);
    const [web, api] = [await only("web"), await only("api")];
    expect((await sh(web.Id, "getent hosts backend")).exitCode).toBe(0);
    expect((await sh(web.Id, "getent hosts db")).exitCode).not.toBe(0);
    expect((await sh(api.Id, "getent hosts db && getent hosts web")).exitCode).toBe(0);
    const subnets = Object.values(api.NetworkSettings.Networks).map((one) => one?.IPAddress ?? "");
    expect(subnets.every((address) => address.startsWith("10.213."))).toBe(true);
    changes = [];
    await apply(input);
    expect(changes).toEqual([]);
  });

  it("gives containers what their rarer words say, and finds all of it unchanged afterwards", async () => {
    const base = mkdtempSync(join(tmpdir(), "drayage-configs-"));
    mkdirSync(join(base, "conf/more"), { recursive: true });
    writeFileSync(join(base, "conf/more/a.conf"), "a=1\n");
    writeFileSync(join(base, "conf/hello"), "#!/bin/sh\necho hello\n", { mode: 0o755 });
    const { hash } = readConfigSource({ folder: "conf" }, base) as { hash: string };
    const first = await freePorts(3);
    const input = {
      services: {
        all: service(forever, {
          hostname: "box",
          user: "1000:1000",
          workingDir: "/tmp",
          ports: [`127.0.0.1:${first}-${first + 2}:80-82`, `127.0.0.1:${first}:53/udp`],
          tmpfs: { "/scratch": { size: "1m" } },
          readOnly: true,
          ulimits: { nofile: { soft: 100, hard: 200 } },
          sysctls: { "net.ipv4.ip_unprivileged_port_start": 0 },
          devices: ["/dev/zero:/dev/nought:r"],
          shmSize: "2m",
          memory: "64m",
          cpus: 0.5,
          pids: 50,
          extraHosts: { gate: "10.1.2.3" },
          capDrop: ["ALL"],
          capAdd: ["NET_BIND_SERVICE"],
          stopSignal: "SIGINT",
          labels: { team: "a" },
          logging: { driver: "local", options: { "max-size": "1m" } },
          restart: "on-failure:3",
          configs: { "/etc/app": { folder: "conf", hash } },
        }),
        beside: service(forever, { networkMode: "service:all" }),
        outside: service(forever, { networkMode: "host" }),
        alone: service(forever, { networkMode: "none" }),
      },
    };
    const applyIt = () => {
      observeHost(host).refresh();
      return applyWorkload({ ...request(input as never), configs: readConfigFiles(base) });
    };
    try {
      await applyIt();
      const all = await only("all");
      const script = [
        "hostname; id -u; pwd; ulimit -Sn; ulimit -Hn; cat /proc/sys/net/ipv4/ip_unprivileged_port_start",
        "head -c 1 /dev/nought | wc -c; df -k --output=size /scratch | tail -1; df -k --output=size /dev/shm | tail -1",
        "grep -c '10.1.2.3.*gate' /etc/hosts; cat /etc/app/more/a.conf; /etc/app/hello; touch /x 2>&1 | grep -c Read-only",
      ].join("\n");
      const told = (await sh(all.Id, script)).text.split("\n").map((line) => line.trim());
      expect(told).toEqual(["box", "1000", "/tmp", "100", "200", "0", "1", "1024", "2048", "1", "a=1", "hello", "1"]);
      expect(Object.keys(all.HostConfig.PortBindings ?? {}).sort()).toEqual(["53/udp", "80/tcp", "81/tcp", "82/tcp"]);
      expect(all.HostConfig).toMatchObject({
        Memory: 64 * 2 ** 20,
        NanoCpus: 5e8,
        PidsLimit: 50,
        RestartPolicy: { Name: "on-failure", MaximumRetryCount: 3 },
        LogConfig: { Type: "local", Config: { "max-size": "1m" } },
      });
      expect((await only("beside")).HostConfig.NetworkMode).toBe(`container:${all.Id}`);
      expect((await sh((await only("alone")).Id, "ls /sys/class/net")).text).toBe("lo");
      expect((await sh((await only("outside")).Id, "hostname")).text).toBe(hostname());
      changes = [];
      await applyIt();
      expect(changes).toEqual([]);
    } finally {
      rmSync(base, { recursive: true });
    }
  });

  it("refuses an image whose data nobody maps, and takes it with a volume there", async () => {
    const tag = `${name}-db`;
    const { archive } = await tinyImage({ tag: `${tag}:1`, layers: [Buffer.from("x")], volumes: ["/var/lib/db"] });
    await host.docker.loadImage(archive);
    try {
      const failure = await apply({ services: { db: { image: `${tag}:1` } } }).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: "INVALID_PROGRAM", message: expect.stringContaining("/var/lib/db") });
      expect(await own()).toEqual([]);
    } finally {
      await host.docker.removeImage(`${tag}:1`);
    }
  });

  it.each(["createContainer", "startContainer", "stopContainer", "renameContainer", "removeContainer"])(
    "reaches the same end when it dies at %s and is run again",
    async (call) => {
      const first = { services: { db: service(forever, { volumes: { data: "/data" } }) }, volumes: { data: {} } };
      const second = {
        services: { db: service(forever, { volumes: { data: "/data" }, environment: { V: "2" } }) },
        volumes: { data: {} },
      };
      await apply(first);
      const dying = { ...host, docker: dyingAt(host.docker, call) };
      await expect(applyWorkload(request(second, { host: dying }))).rejects.toThrow("killed");
      await apply(second);
      const db = await only("db");
      expect(db.State.Running).toBe(true);
      expect(db.Config.Env).toContain("V=2");
      expect(db.HostConfig.RestartPolicy?.Name).toBe("unless-stopped");
      expect(await preview(second)).toBe("no changes");
    },
  );
});

const changing = /^(create|start|stop|kill|restart|remove|rename|set|update|put|connect|disconnect)/;

/** Tells each call that changes something, but for those of the record's and the gate's own helpers. */
function counting(docker: DockerEngine, tell: (call: string) => void): DockerEngine {
  return new Proxy(docker, {
    get(target, property, receiver) {
      const value: unknown = Reflect.get(target, property, receiver);
      if (typeof value !== "function" || !changing.test(String(property))) return value;
      return (...given: unknown[]) => {
        if (!String(given[0]).startsWith("drayage-")) tell(`${String(property)} ${String(given[0])}`);
        return value.apply(target, given);
      };
    },
  });
}

/** From that call on nothing gets through any more, as after kill -9: neither this call nor the cleaning up. */
function dyingAt(docker: DockerEngine, call: string): DockerEngine {
  let dead = false;
  return new Proxy(docker, {
    get(target, property, receiver) {
      const value: unknown = Reflect.get(target, property, receiver);
      if (typeof value !== "function" || !changing.test(String(property))) return value;
      return (...given: unknown[]) => {
        dead ||= property === call;
        return dead ? Promise.reject(new Error("killed")) : value.apply(target, given);
      };
    },
  });
}

function answerOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString();
    });
    socket.on("end", () => resolve(text.trim()));
    socket.on("error", reject);
  });
}
