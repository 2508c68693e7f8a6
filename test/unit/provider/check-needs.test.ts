import { createIdentities } from "../../../sdk/provider/identities";
import type { PlainRecord } from "../../../sdk/provider/plain";
import { createWorkloadHandler } from "../../../sdk/provider/workload-resource";
import { UNKNOWN } from "../../../sdk/spec/unknown";
import { clock, FakeHosts, FakeRoom, inputsOf, operation, refOf, secretsAt } from "./handler-harness";

const rack = refOf("rack");
const cloud = refOf("cloud");
const needs = { memory: "8g", arch: "amd64" };
const refused = { code: "NEEDS_UNMET", exitCode: 13 };
const gib = 1024 ** 3;

interface State {
  readonly id: string;
  readonly inputs: PlainRecord;
  readonly outputs: PlainRecord;
}

function setUp(machines: Record<string, string> = { rack: "rack", cloud: "cloud" }) {
  const hosts = new FakeHosts(machines);
  const door = new FakeRoom();
  const handler = createWorkloadHandler({ hosts, door, identities: createIdentities(), secrets: secretsAt({}), clock });
  const of = operation("shop");
  const create = async (news: PlainRecord, preview: boolean): Promise<State> => {
    const { inputs } = await handler.check({ ...of, olds: {}, news });
    const { id = "", outputs } = await handler.create({ ...of, news: inputs, preview });
    return { id, inputs, outputs };
  };
  const against = (state: State, news: PlainRecord) => ({
    ...of,
    id: state.id,
    olds: state.outputs,
    oldInputs: state.inputs,
    news: { ...news, identity: state.inputs.identity },
    ignoreChanges: [],
  });
  return {
    hosts,
    door,
    deploy: (news: PlainRecord) => create(news, false),
    preview: (news: PlainRecord) => create(news, true),
    update: (state: State, news: PlainRecord, preview: boolean) => handler.update({ ...against(state, news), preview }),
    diff: async (state: State, news: PlainRecord) => handler.diff(against(state, news)),
  };
}

describe("the needs of a workload", () => {
  it("are compared before anything is planned or applied, with the program's other hosts as the way out", async () => {
    const { hosts, door, deploy, preview, update } = setUp();
    hosts.measured = { memoryBytes: 2 * gib };
    hosts.declare({ ...cloud, base: "/program" });
    const wanting = inputsOf("shop", rack, { needs });
    const told = { ...refused, hint: expect.stringContaining("cloud lacks 8g of memory") };
    await expect(preview(wanting)).rejects.toMatchObject(told);
    await expect(deploy(wanting)).rejects.toMatchObject(told);
    const state = await deploy(inputsOf("shop", rack));
    await expect(update(state, wanting, true)).rejects.toMatchObject(refused);
    await expect(update(state, wanting, false)).rejects.toMatchObject(refused);
    expect([door.previewed.length, door.applied.length]).toEqual([0, 1]);
  });

  it("are refused by what a host says of itself before its machine exists, and else wait for it", async () => {
    const { hosts, preview } = setUp();
    const later = { ...cloud, connection: { kind: "ssh" as const, address: UNKNOWN }, engineId: UNKNOWN };
    await expect(preview(inputsOf("shop", later, { needs }))).resolves.toMatchObject({
      outputs: { placement: { host: "cloud" } },
    });
    const arm = inputsOf(
      "shop",
      { ...later, arch: UNKNOWN, traits: { arch: "arm64" } },
      { services: { web: { image: "nginx:1", platform: "linux/amd64" } } },
    );
    await expect(preview(arm)).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining("asks for amd64, and it has arm64"),
    });
    const persistent = inputsOf("shop", later, { needs: { persistent: true } });
    await expect(preview(persistent)).rejects.toMatchObject(refused);
    expect(hosts.dialled).toEqual([]);
  });

  it("ask no other host while they are met, and name one that does not answer when they are not", async () => {
    const { hosts, deploy } = setUp({ rack: "rack" });
    hosts.declare({ ...cloud, base: "/program" });
    hosts.measured = { memoryBytes: 8 * gib };
    await deploy(inputsOf("shop", rack, { needs }));
    expect(hosts.dialled).toEqual(["rack"]);
    const persistent = deploy(inputsOf("shop", rack, { needs: { persistent: true } }));
    await expect(persistent).rejects.toMatchObject({ hint: expect.stringContaining("cloud did not answer") });
  });

  it("are a change of the workload, so that other needs are compared; none are none", async () => {
    const { deploy, diff } = setUp();
    const state = await deploy(inputsOf("shop", rack));
    expect(await diff(state, inputsOf("shop", rack))).toMatchObject({ changed: false });
    expect(await diff(state, inputsOf("shop", rack, { needs }))).toMatchObject({ detailedDiff: { needs: "add" } });
  });

  it("are met by what the program says of the host, which the state keeps for a pin", async () => {
    const { deploy } = setUp();
    const kept = { ...rack, traits: { storage: { outlivesMachine: true }, endpoint: { kind: "dns" as const } } };
    const { outputs } = await deploy(inputsOf("shop", kept, { needs: { persistent: true, endpoint: "movable" } }));
    expect(outputs.placements).toMatchObject({ rack: { traits: kept.traits } });
  });

  it("hold up no move that was interrupted: its end is in the records", async () => {
    const { hosts, door, deploy, update } = setUp();
    const state = await deploy(inputsOf("shop", rack));
    hosts.know(cloud);
    hosts.measured = { memoryBytes: gib };
    const openMove = { host: "cloud", machineId: "machine-cloud", engineId: "engine-cloud" };
    const standing = { ...state, outputs: { ...state.outputs, openMove } };
    await update(standing, inputsOf("shop", rack, { needs }), false);
    expect(door.applied.at(-1)?.interrupted?.name).toBe("cloud");
  });
});
