import { type HostOffer, hostFit } from "../../../sdk/spec/host-fit";
import { type HostTraitsInput, hostTraits } from "../../../sdk/spec/host-traits";
import { normaliseWorkload } from "../../../sdk/spec/normalise-workload";
import { requirementsOf } from "../../../sdk/spec/requirements";
import { UNKNOWN } from "../../../sdk/spec/unknown";

const gib = 1024 ** 3;
const offer = (measured: Partial<Omit<HostOffer, "traits">> = {}, traits: HostTraitsInput = {}): HostOffer => ({
  arch: "amd64",
  memoryBytes: 4 * gib,
  cpus: 2,
  gpuRuntime: false,
  traits: hostTraits(traits),
  ...measured,
});
const nothingYet: HostOffer = {
  arch: undefined,
  memoryBytes: undefined,
  cpus: undefined,
  gpuRuntime: undefined,
  traits: hostTraits(),
};

type Written = Readonly<Record<string, unknown>>;
const requirements = (needs: Written | undefined, ...services: Written[]) => {
  const named = (services.length === 0 ? [{}] : services).map((service, i) => [`s${i}`, { image: "i", ...service }]);
  const read = normaliseWorkload(
    { name: "shop", services: Object.fromEntries(named), ...(needs && { needs }) },
    { allowUnknown: true },
  );
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return requirementsOf(read.spec);
};
const built = { name: "api", contentHash: "c", platform: "linux/arm64" };

describe("what a workload requires, beside what a host has", () => {
  it.each<[string, Written | undefined, Written[], HostOffer, string | undefined]>([
    ["nothing, anywhere", undefined, [{}], offer(), undefined],
    ["its architecture, there", { arch: "amd64" }, [], offer(), undefined],
    ["one of two architectures", { arch: ["arm64", "amd64"] }, [], offer(), undefined],
    ["another architecture", { arch: "arm64" }, [], offer(), "needs.arch"],
    ["a service's platform, there", undefined, [{ platform: "linux/amd64" }], offer(), undefined],
    ["a service's other platform", undefined, [{ platform: "linux/arm64/v8" }], offer(), "services.s0.platform"],
    ["a built image's other platform", undefined, [{ image: built }], offer(), "the platform of services.s0.image"],
    ["memory as stated, there", { memory: "4g" }, [], offer(), undefined],
    ["memory of a machine sold with it", { memory: "4g" }, [], offer({ memoryBytes: 3.75 * gib }), undefined],
    ["more memory than stated", { memory: "5g" }, [], offer(), "needs.memory"],
    ["limits that fit together", undefined, [{ memory: "2g" }, { memory: "1g", replicas: 2 }], offer(), undefined],
    [
      "limits that do not",
      undefined,
      [{ memory: "3g" }, { memory: "1g", replicas: 2 }],
      offer(),
      "the services' memory limits together",
    ],
    ["limits that do not, with less stated", { memory: "3g" }, [{ memory: "6g" }], offer(), undefined],
    ["a one-shot's limit, which is over by then", undefined, [{ memory: "6g", run: "once per release" }], offer(), undefined],
    ["CPUs, there", undefined, [{ cpus: 2 }, { cpus: 2 }], offer(), undefined],
    ["more CPUs for one service", undefined, [{ cpus: 2.5 }], offer(), "services.s0.cpus"],
    ["a GPU, measured", undefined, [{ gpus: "all" }], offer({ gpuRuntime: true }), undefined],
    ["a GPU, declared", undefined, [{ gpus: 2 }], offer({}, { gpus: 2 }), undefined],
    ["more GPUs than declared", undefined, [{ gpus: 2 }], offer({ gpuRuntime: true }, { gpus: 1 }), "services.s0.gpus"],
    ["a GPU where none was seen", undefined, [{ gpus: "all" }], offer(), "services.s0.gpus"],
    ["storage that stays, there", { persistent: true }, [], offer({}, { storage: { outlivesMachine: true } }), undefined],
    ["storage that stays, not there", { persistent: true }, [], offer(), "needs.persistent"],
    ["no storage that stays", { persistent: false }, [], offer(), undefined],
    ["an endpoint that moves, floating", { endpoint: "movable" }, [], offer({}, { endpoint: { kind: "floating" } }), undefined],
    ["an endpoint that moves, by name", { endpoint: "movable" }, [], offer({}, { endpoint: { kind: "dns" } }), undefined],
    ["an endpoint that moves, not there", { endpoint: "movable" }, [], offer(), "needs.endpoint"],
    [
      "a floating address, only a name there",
      { endpoint: "floating" },
      [],
      offer({}, { endpoint: { kind: "dns" } }),
      "needs.endpoint",
    ],
  ])("%s", (_, needs, services, host, lack) => {
    const { lacks, open } = hostFit(requirements(needs, ...services), host);
    expect([lacks.map(({ by }) => by), open]).toEqual([lack === undefined ? [] : [lack], false]);
  });

  it("is told all together, with what was wanted and what is there", () => {
    const wanted = requirements({ arch: "arm64", memory: "8g", persistent: true }, { cpus: 4 });
    expect(hostFit(wanted, offer({ memoryBytes: 2_040_000_000 })).lacks).toEqual([
      { by: "needs.arch", wanted: "arm64", has: "amd64" },
      { by: "needs.memory", wanted: "8g of memory", has: "1.9g" },
      { by: "services.s0.cpus", wanted: "4 CPUs", has: "2" },
      { by: "needs.persistent", wanted: "storage that outlives the machine", has: "storage that goes with it" },
    ]);
  });

  it("stays open where the machine does not exist, but for what its arguments say", () => {
    const wanted = requirements({ arch: "arm64", memory: "8g", persistent: true }, { cpus: 4, gpus: 1 });
    const fit = hostFit(wanted, nothingYet);
    expect([fit.open, fit.lacks.map(({ by }) => by)]).toEqual([true, ["needs.persistent"]]);
    expect(hostFit([], nothingYet)).toEqual({ lacks: [], open: false });
  });

  it("is not judged by values that a preview does not know", () => {
    const needs = { arch: UNKNOWN, memory: UNKNOWN };
    const wanted = requirements(needs, { memory: UNKNOWN, cpus: UNKNOWN, platform: UNKNOWN, replicas: UNKNOWN });
    expect(hostFit(wanted, offer()).lacks).toEqual([]);
  });
});

describe("needs", () => {
  const problems = (needs: unknown) => {
    const read = normaliseWorkload({ name: "shop", services: { web: { image: "i" } }, needs });
    return "problems" in read ? read.problems : [];
  };

  it.each<[string, unknown, string]>([
    ["the kernel's word for an architecture", { arch: "aarch64" }, "needs.arch"],
    ["no architecture in a list", { arch: ["amd64", "linux/arm64"] }, "needs.arch[1]"],
    ["no size", { memory: "lots" }, "needs.memory"],
    ["no kind of endpoint", { endpoint: "none" }, "needs.endpoint"],
    ["an unknown key", { memry: "1g" }, "needs.memry"],
  ])("with %s are refused by path", (_, needs, path) => {
    expect(problems(needs)).toMatchObject([{ path }]);
  });

  it("that nobody wrote leave no trace in what is stored", () => {
    const read = normaliseWorkload({ name: "shop", services: { web: { image: "i" } } });
    expect("spec" in read && "needs" in read.spec).toBe(false);
  });
});
