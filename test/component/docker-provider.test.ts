import { dockerProvider } from "drayage/docker";
import { Host, HostKey, LocalHost, type Placeable } from "../../sdk";
import { known, mockPulumi, registeredAll } from "../support/pulumi-mocks";

const registered = mockPulumi();
async function given(host: Placeable, options: Parameters<typeof dockerProvider>[1] = {}) {
  const { name = `${host.ref.name}-docker` } = options;
  await registeredAll(dockerProvider(host, options));
  const inputs = registered.find((one) => one.type === "pulumi:providers:docker" && one.name === name)?.inputs ?? {};
  // The package's own constructor passes lists as JSON.
  return { ...inputs, sshOpts: JSON.parse(String(inputs.sshOpts)) as string[] };
}

describe("dockerProvider", () => {
  const before = process.env.DOCKER_HOST;
  afterEach(() => {
    if (before === undefined) delete process.env.DOCKER_HOST;
    else process.env.DOCKER_HOST = before;
  });

  it("reaches a Host where the Host is, by the key that it verified", async () => {
    const rack = new Host("rack", { address: "10.0.0.11", user: "deploy", hostKey: `SHA256:${"a".repeat(43)}` });
    const inputs = await given(rack);
    expect(inputs).toMatchObject({ host: "ssh://deploy@10.0.0.11" });
    expect(inputs.sshOpts).toContain(`KnownHostsCommand=/bin/echo %H ${await known(rack.hostKey)}`);
  });

  it("takes the key that is left when a machine of the program was enrolled", async () => {
    const born = new Host("born", { address: "10.0.0.12", hostKey: new HostKey("born") });
    expect((await given(born)).sshOpts).toContain(`KnownHostsCommand=/bin/echo %H ${await known(born.hostKey)}`);
    const order = registered.map(({ type, name }) => `${type} ${name}`);
    expect(order.indexOf("drayage:index:Enrolment born")).toBeLessThan(order.indexOf("pulumi:providers:docker born-docker"));
  });

  it("reaches the engine of a LocalHost where that looks for it", async () => {
    process.env.DOCKER_HOST = "unix:///run/other.sock";
    expect(await given(new LocalHost("here"))).toMatchObject({ host: "unix:///run/other.sock", sshOpts: [] });
    process.env.DOCKER_HOST = "ssh://somewhere";
    expect(await given(new LocalHost("here2"))).toMatchObject({ host: "unix:///var/run/docker.sock" });
    const fixed = new LocalHost("here3", { socket: "/run/mine.sock" });
    expect(await given(fixed)).toMatchObject({ host: "unix:///run/mine.sock" });
  });

  it("is not led elsewhere by the context of whoever runs the program, and takes what else the package may be told", async () => {
    const rack = new Host("rack2", { address: "10.0.0.11" });
    expect(await given(rack, { name: "docker", registryAuth: [{ address: "ghcr.io" }] })).toMatchObject({
      context: "",
      registryAuth: JSON.stringify([{ address: "ghcr.io" }]),
    });
  });
});
