import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { fromEnvironment, fromFile, Host, Image, LocalHost, Workload } from "../../sdk";
import { known, mockPulumi, type Registered, registeredAll } from "../support/pulumi-mocks";

let registered: Registered[];
let folder: string;
const before = process.cwd();
const inputsOf = (name: string) => registered.find((it) => it.name === name)?.inputs ?? {};
const problemsOf = (name: string) =>
  ((inputsOf(name).problems ?? []) as { path: string; reason: string }[]).map(({ path, reason }) => `${path}: ${reason}`);

beforeEach(() => {
  registered = mockPulumi();
  folder = mkdtempSync(join(tmpdir(), "drayage-program-"));
  process.chdir(folder);
  mkdirSync("web");
  writeFileSync("web/Dockerfile", "FROM scratch\n");
});
afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

describe("Host", () => {
  it("is registered with what was written, the stack's uid and the program's folder, and no problems when there are none", async () => {
    const rack = new Host("rack", { address: "10.0.0.11", user: "deploy" });
    await registeredAll(rack);
    expect(inputsOf("rack")).toEqual({
      name: "rack",
      address: "10.0.0.11",
      user: "deploy",
      stackUid: "uid",
      programDir: process.cwd(),
    });
  });

  it("that is to be prepared says so to the provider and not to its workloads, with mistakes by path", async () => {
    const device = pulumi.output("/dev/disk/by-id/one");
    const rack = new Host("rack", { address: "10.0.0.11", prepare: { dataDisk: { device } } });
    const wrong = new Host("wrong", { address: "10.0.0.12", prepare: { engine: { from: "docker" }, daemon: { hosts: [] } } });
    await registeredAll(rack, wrong);
    expect(inputsOf("rack").prepare).toEqual({ dataDisk: { device: "/dev/disk/by-id/one" } });
    expect(rack.ref.connection).toEqual({ kind: "ssh", address: "10.0.0.11", hostKey: undefined });
    expect(problemsOf("wrong")).toEqual([expect.stringMatching(/prepare\.daemon\.hosts: does not belong here/)]);
  });

  it("gives a record of Outputs of which one may be unknown without the others", async () => {
    const address = pulumi.output("10.0.0.12");
    const { ref } = new Host("cloud", { address });
    expect(ref.name).toBe("cloud");
    expect(ref.connection).toMatchObject({ kind: "ssh", address });
    expect(await known(ref.engineId)).toBe("engine-1");
  });
});

describe("what a Host says of itself", () => {
  const shop = (host: Host) => new Workload("shop", { host, services: { web: { image: "nginx:1", ports: ["80:80"] } } });

  it("goes to its workloads beside how it is reached, and makes their endpoints", async () => {
    const address = pulumi.output("203.0.113.7");
    const cloud = new Host("cloud", {
      address: "10.0.0.12",
      identityFile: ["~/.ssh/a", "~/.ssh/b"],
      endpoint: { kind: "floating", address },
      privateAddress: "10.1.0.4",
    });
    const workload = shop(cloud);
    const { url, privateAddress } = workload.endpoint("web", 80);
    expect([await known(url), await known(privateAddress)]).toEqual(["http://203.0.113.7", "10.1.0.4"]);
    await registeredAll(cloud, workload);
    expect(inputsOf("shop").host).toMatchObject({
      connection: { kind: "ssh", address: "10.0.0.12", identityFile: ["~/.ssh/a", "~/.ssh/b"] },
      traits: { endpoint: { kind: "floating", address: "203.0.113.7" }, privateAddress: "10.1.0.4" },
    });
    expect(inputsOf("shop").host).not.toHaveProperty("connection.endpoint");
  });

  it("is absent where nothing was said", async () => {
    const workload = shop(new Host("rack", { address: "10.0.0.11" }));
    await registeredAll(workload);
    expect(inputsOf("shop").host).not.toHaveProperty("traits");
  });
});

describe("Image", () => {
  it("hashes its context at construction and hands the hash on", async () => {
    const web = new Image("web", { context: "./web" });
    await registeredAll(web);
    expect(inputsOf("web").contentHash).toMatch(/[0-9a-f]{32,}/);
    expect(await known(web.ref.contentHash)).toBe(inputsOf("web").contentHash);
  });

  it("hashes with arguments that come later as it does with plain ones", async () => {
    const plain = new Image("plain", { context: "./web", args: { VERSION: "1" } });
    const later = new Image("later", { context: "./web", args: { VERSION: pulumi.output("1") } });
    await registeredAll(plain, later);
    expect(inputsOf("later").contentHash).toBe(inputsOf("plain").contentHash);
  });

  it("keeps build secrets secret: text as a secret, of a file only its path", async () => {
    writeFileSync("ca.crt", "certificate");
    await registeredAll(new Image("web", { context: "./web", secrets: { ca: { file: "ca.crt" }, npm: "token" } }));
    // The mocks' monitor lifts secrets to their property; the engine keeps them at the leaf.
    expect(inputsOf("web").secrets).toEqual({
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      value: { npm: "token" },
    });
    expect(inputsOf("web").secretFiles).toEqual({ ca: "ca.crt" });
    expect(JSON.stringify(inputsOf("web"))).not.toContain("certificate");
  });
});

describe("an Image that is pinned", () => {
  const pin = { contentHash: "3f".repeat(32), identity: "a.b", from: "staging", at: "2026-03-01T12:00:00.000Z" };
  const yaml = `images:\n  web: ${JSON.stringify(pin)}\n`;

  it("hands on the pinned content, and tells what the folder has", async () => {
    writeFileSync("Pulumi.yaml", "name: shop\nruntime: nodejs\n");
    writeFileSync("drayage.pins.dev.yaml", yaml);
    const web = new Image("web", { context: "./web" });
    await registeredAll(web);
    expect(inputsOf("web")).toMatchObject({
      contentHash: pin.contentHash,
      pin,
      folderHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await known(web.ref.contentHash)).toBe(pin.contentHash);
  });

  it("needs neither its folder nor its secrets' files: it is not built", async () => {
    writeFileSync("Pulumi.yaml", "name: shop\nruntime: nodejs\n");
    writeFileSync("drayage.pins.dev.yaml", yaml);
    await registeredAll(new Image("web", { context: "./nowhere", secrets: { ca: { file: "nowhere.crt" } } }));
    expect(problemsOf("web")).toEqual([]);
    expect(inputsOf("web").folderHash).toBe("");
  });

  it("may be so in a run that only shows what a promotion would do", async () => {
    registered = mockPulumi({ "dray:stackUid": "uid", "dray:proposedPins": JSON.stringify({ images: { web: pin } }) });
    await registeredAll(new Image("web", { context: "./web" }));
    expect(inputsOf("web").pin).toEqual(pin);
  });
});

describe("an Image that is pushed", () => {
  const push = { registry: "ghcr.io", repository: "team/web", credentials: { username: "ann", password: fromEnvironment("PW") } };

  it("has the content hash of one that is not, and tells workloads where to pull it", async () => {
    const web = new Image("web", { context: "./web", push });
    const bare = new Image("bare", { context: "./web" });
    const shop = new Workload("shop", { host: new LocalHost("here", {}), services: { web: { image: web } } });
    await registeredAll(web, bare, shop);
    expect(inputsOf("web").push).toEqual(push);
    expect(inputsOf("web").contentHash).toBe(inputsOf("bare").contentHash);
    const { image } = (inputsOf("shop").services as { web: { image: Record<string, unknown> } }).web;
    expect(image.pushed).toEqual({ ...push, tag: String(inputsOf("web").contentHash).slice(0, 12) });
  });

  it("whose credentials are missing is told before an up changes anything", async () => {
    jest.spyOn(pulumi.runtime, "isDryRun").mockReturnValue(false);
    const password = fromEnvironment("DRAYAGE_TEST_UNSET");
    const web = new Image("web", { context: "./web", push: { ...push, credentials: { username: "ann", password } } });
    await registeredAll(web);
    jest.restoreAllMocks();
    expect(problemsOf("web")).toEqual([
      expect.stringMatching(/^web: push\.credentials\.password: the variable DRAYAGE_TEST_UNSET/),
    ]);
  });
});

describe("Workload", () => {
  it("takes Images and Hosts as they are, reads env files and hashes configs", async () => {
    writeFileSync("shop.env", "A=file\nB=file\n");
    writeFileSync("nginx.conf", "events {}");
    const web = new Image("web", { context: "./web" });
    const shop = new Workload("shop", {
      host: new LocalHost("here"),
      services: {
        web: {
          image: web,
          envFile: "shop.env",
          environment: { A: "program" },
          configs: { "/etc/nginx.conf": { file: "nginx.conf" } },
          ports: ["8080:80"],
        },
      },
    });
    await registeredAll(web, shop);
    expect(inputsOf("shop")).toMatchObject({
      name: "shop",
      stackUid: "uid",
      host: { name: "here", connection: { kind: "local" }, engineId: "engine-1", machineId: "machine-1", arch: "amd64" },
      services: {
        web: {
          image: { name: "web", contentHash: inputsOf("web").contentHash },
          environment: { A: "program", B: "file" },
          configs: { "/etc/nginx.conf": { file: "nginx.conf", hash: expect.stringMatching(/^[0-9a-f]{64}$/) } },
        },
      },
    });
    expect(inputsOf("shop")).not.toHaveProperty("problems");
    expect(inputsOf("shop")).not.toHaveProperty("services.web.envFile");
  });

  it("knows its endpoints from the host and the ports, also when they come later", async () => {
    const shop = new Workload("shop", {
      host: new Host("rack", { address: "10.0.0.11" }),
      services: { web: { image: "nginx", ports: [pulumi.interpolate`${pulumi.output(8080)}:80`, "443:443"] } },
    });
    expect(await known(shop.endpoint("web", 80).url)).toBe("http://10.0.0.11:8080");
    expect(await known(shop.endpoint("web", 443).port)).toBe(443);
  });

  it("reads its pin from the file of its stack beside Pulumi.yaml", async () => {
    writeFileSync("Pulumi.yaml", "name: shop\nruntime: nodejs\n");
    writeFileSync("drayage.pins.dev.yaml", "workloads:\n  shop: { host: rack, instead: cloud }\n");
    const shop = new Workload("shop", { host: new LocalHost("here"), services: { web: { image: "nginx" } } });
    await registeredAll(shop);
    expect(inputsOf("shop").pin).toMatchObject({ host: "rack", instead: "cloud" });
  });

  it("is told what its references were promoted as", async () => {
    writeFileSync("Pulumi.yaml", "name: shop\nruntime: nodejs\n");
    const pin = "{ ref: nginx, id: sha256:1, from: staging, at: 2026-03-01T12:00:00.000Z }";
    writeFileSync("drayage.pins.dev.yaml", `references:\n  shop/web: ${pin}\n  other/web: ${pin}\n`);
    const shop = new Workload("shop", { host: new LocalHost("here"), services: { web: { image: "nginx" } } });
    await registeredAll(shop);
    expect(inputsOf("shop").locks).toEqual({ web: { ref: "nginx", id: "sha256:1", from: "staging" } });
  });

  it("is told where to reach the host it is pinned to, and has its endpoints there", async () => {
    writeFileSync("Pulumi.yaml", "name: shop\nruntime: nodejs\n");
    writeFileSync("drayage.pins.dev.yaml", "workloads:\n  shop: { host: spare, instead: main }\n");
    const spare = new Host("spare", { address: "10.0.0.12" });
    const main = new Host("main", { address: "10.0.0.11" });
    const shop = new Workload("shop", { host: main, services: { web: { image: "nginx", ports: ["80:80"] } } });
    await registeredAll(spare, main, shop);
    expect(inputsOf("shop").pin).toMatchObject({ host: "spare", ref: { name: "spare", connection: { address: "10.0.0.12" } } });
    expect(await known(shop.endpoint("web", 80).address)).toBe("10.0.0.12");
  });

  it("tells the names it had before", async () => {
    const services = { web: { image: "nginx" } };
    const urn = "urn:pulumi:dev::shop::drayage:index:Workload::older";
    await registeredAll(new Workload("shop", { host: new LocalHost("here"), services }, { aliases: [{ name: "old" }, urn] }));
    expect(inputsOf("shop").formerNames).toEqual(["old", "older"]);
  });
});

describe("mistakes in a program", () => {
  it("are told together, on every resource, and no constructor throws", async () => {
    const host = new Host("rack", { address: "-bad" });
    const web = new Image("web", { context: "./nowhere" });
    const shop = new Workload("shop", {
      host,
      services: { web: { image: web, ports: ["80:80", "80:81"], stopGracePeriod: "soon" } },
    });
    shop.endpoint("web", 9999);
    await registeredAll(host, web, shop);
    for (const name of ["rack", "web", "shop"]) {
      const problems = problemsOf(name).join("\n");
      expect(problems).toContain("rack: address: ");
      expect(problems).toContain("web: context: ");
      expect(problems).toContain("shop: services.web.stopGracePeriod: ");
    }
  });

  it("name an endpoint that no port is published for", async () => {
    const shop = new Workload("shop", { host: new LocalHost("here"), services: { web: { image: "nginx", ports: ["80:80"] } } });
    shop.endpoint("web", 81);
    await registeredAll(shop);
    expect(problemsOf("shop")).toEqual([expect.stringContaining("endpoint('web', 81)")]);
  });

  it("of one program do not stay for the next", async () => {
    await registeredAll(new Host("bad", { address: "" }));
    await registeredAll(new Host("good", { address: "10.0.0.1" }));
    expect(problemsOf("bad")).not.toEqual([]);
    expect(problemsOf("good")).toEqual([]);
  });
});

describe("a secret that is somewhere else", () => {
  const program = () =>
    new Workload("shop", {
      host: new LocalHost("here", {}),
      services: {
        db: { image: "postgres:16", secrets: { pg: fromEnvironment("DRAYAGE_TEST_UNSET"), key: { value: fromFile("key") } } },
      },
    });
  const dryRun = (on: boolean) => jest.spyOn(pulumi.runtime, "isDryRun").mockReturnValue(on);
  afterEach(() => jest.restoreAllMocks());

  it("that is missing is told with the program's other mistakes before an up changes anything", async () => {
    dryRun(false);
    const build = new Image("web", { context: "./web", secrets: { npm: fromFile("token") } });
    const broken = new Image("api", { context: "./nowhere" });
    await registeredAll(program(), build, broken);
    expect(problemsOf("shop")).toEqual([
      expect.stringMatching(/^web: secrets\.npm: the file token does not exist/),
      expect.stringMatching(/^api: context: /),
      expect.stringMatching(/^shop: services\.db\.secrets\.pg: the variable DRAYAGE_TEST_UNSET is not set .*read -rs/),
      expect.stringMatching(/^shop: services\.db\.secrets\.key: the file key does not exist .*install -m 600/),
    ]);
  });

  it("is not asked for by a preview, which may run where it is not", async () => {
    dryRun(true);
    await registeredAll(program());
    expect(problemsOf("shop")).toEqual([]);
  });

  it("reaches the provider as the place where it is, never as a value", async () => {
    dryRun(false);
    writeFileSync("key", "hunter22\n");
    writeFileSync("token", "hunter23\n");
    const image = new Image("web", { context: "./web", secrets: { npm: fromFile("token") } });
    const shop = new Workload("shop", {
      host: new LocalHost("here", {}),
      services: { db: { image, secrets: { key: fromFile("key") } } },
    });
    await registeredAll(image, shop);
    expect(problemsOf("shop")).toEqual([]);
    expect(inputsOf("web").secretRefs).toEqual({ npm: { from: "file", path: "token" } });
    expect((inputsOf("shop").services as { db: { secrets: unknown } }).db.secrets).toEqual({
      key: { from: "file", path: "key" },
    });
    expect(JSON.stringify([inputsOf("web"), inputsOf("shop")])).not.toContain("hunter2");
  });
});
