import { createMachineImageHandler } from "../../../sdk/provider/machine-image-resource";
import type { PlainRecord } from "../../../sdk/provider/plain";
import { UNKNOWN } from "../../../sdk/spec/unknown";
import { operation, said } from "./handler-harness";

const inputs = (imageId: string, authorizedKeys: readonly string[] = ["ssh-ed25519 AAAA"]): PlainRecord => ({
  name: "cloud",
  stackUid: "uid",
  found: { imageId },
  bornWith: { user: "deploy", authorizedKeys: [...authorizedKeys] },
});

describe("the image that a machine was made from", () => {
  const handler = createMachineImageHandler();
  const check = async (olds: PlainRecord, news: PlainRecord) => {
    said.length = 0;
    const { inputs: stored, problems } = await handler.check({ ...operation("cloud"), olds, news });
    return { stored, problems, said: [...said] };
  };

  it("stays when another one is found, is said to, and is said to again in the next run", async () => {
    const first = await check(inputs("ami-1"), inputs("ami-2"));
    expect(first).toMatchObject({ problems: [], said: [expect.stringMatching(/stays on the image ami-1 .*ami-2/)] });
    expect(first.stored.found).toEqual({ imageId: "ami-1" });
    expect((await check(first.stored, inputs("ami-2"))).said).toHaveLength(1);
  });

  it("has beside it what else is read at the first boot only, and says that a change of it does nothing", async () => {
    const { stored, said: told } = await check(inputs("ami-1"), inputs("ami-1", ["ssh-ed25519 BBBB"]));
    expect(told).toEqual([expect.stringMatching(/^authorizedKeys is read at the first boot only/)]);
    expect(stored.bornWith).toEqual({ user: "deploy", authorizedKeys: ["ssh-ed25519 AAAA"] });
  });

  it.each([
    ["user", "admin", "cloud: user: the login of the machine that is there is deploy, not admin"],
    ["arch", "arm64", "cloud: size: the architecture of the machine that is there is amd64, not arm64"],
  ])("refuses another %s: the machine cannot get it", async (name, value, start) => {
    const before = inputs("ami-1");
    const born = { arch: "amd64", ...(before.bornWith as PlainRecord) };
    const { problems, stored } = await check({ ...before, bornWith: born }, { ...before, bornWith: { ...born, [name]: value } });
    expect(problems.map(({ path, reason }) => `${path}: ${reason}`)).toEqual([expect.stringContaining(start)]);
    expect(stored.bornWith).toEqual(born);
  });

  it("has nothing to say of what did not change, of what nobody knows yet, and of a lookup that fails now", async () => {
    expect((await check(inputs("ami-1"), inputs("ami-1"))).said).toEqual([]);
    expect((await check(inputs("ami-1"), inputs(UNKNOWN, [UNKNOWN]))).said).toEqual([]);
    const withdrawn = { ...inputs("ami-1"), found: { problem: { path: "image.id", reason: "is not there" } } };
    expect(await check(inputs("ami-1"), withdrawn)).toMatchObject({ problems: [], said: [] });
    expect((await check({}, withdrawn)).problems).toHaveLength(1);
  });
});
