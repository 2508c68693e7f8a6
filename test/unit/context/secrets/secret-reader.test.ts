import { createSecretReader } from "../../../../sdk/context/secrets/secret-reader";
import type { SecretMachine, SecretSource } from "../../../../sdk/context/secrets/secret-source";
import { secretSources } from "../../../../sdk/context/secrets/secret-sources";
import { fromEnvironment, fromSops, type SopsSecret } from "../../../../sdk/spec/secret-ref";

function setUp(environment: Record<string, string> = {}) {
  const batches: { keys: string[]; machine: SecretMachine }[] = [];
  const sops: SecretSource<SopsSecret> = {
    resolve: async (refs, machine) => {
      batches.push({ keys: refs.map(({ key }) => key), machine });
      return refs.map(({ key }) => ({ value: `value of ${key}` }));
    },
  };
  return { batches, reader: createSecretReader({ home: "/home/ann", environment }, { ...secretSources, sops }) };
}

describe("the reader of secrets", () => {
  it("asks a source once for all that is wanted in one go, whoever wants it", async () => {
    const { batches, reader } = setUp();
    const found = await Promise.all([
      reader.read([fromSops("s", "a"), fromSops("s", "b")], "/program"),
      reader.read([fromSops("s", "b"), fromSops("t", "c")], "/program"),
    ]);
    expect(found).toEqual([
      [{ value: "value of a" }, { value: "value of b" }],
      [{ value: "value of b" }, { value: "value of c" }],
    ]);
    expect(batches.map(({ keys }) => keys)).toEqual([["a", "b", "c"]]);
  });

  it("keeps what it read for the run, and reads again in the next one", async () => {
    const { batches, reader } = setUp();
    await reader.read([fromSops("s", "a")], "/program");
    await reader.read([fromSops("s", "a")], "/program");
    expect(batches).toHaveLength(1);
    reader.refresh();
    await reader.read([fromSops("s", "a")], "/program");
    expect(batches).toHaveLength(2);
    expect([...reader.values()]).toEqual(["value of a"]);
  });

  it("hands no variable that holds a secret to a program it starts", async () => {
    const { batches, reader } = setUp({ PG_PASSWORD: "hunter22", PATH: "/bin" });
    await reader.read([fromEnvironment("PG_PASSWORD"), fromSops("s", "a")], "/program");
    expect(batches[0]?.machine.environmentOfPrograms).toEqual({ PATH: "/bin" });
    expect(reader.environment()).toEqual({ PATH: "/bin" });
  });

  it("takes an empty variable for a missing one, and says how to set it", async () => {
    const { reader } = setUp({ EMPTY: "" });
    const [empty, unset] = await reader.read([fromEnvironment("EMPTY"), fromEnvironment("UNSET")], "/program");
    expect(empty).toEqual({
      problem: "the variable EMPTY is empty on this machine",
      hint: "read -rs EMPTY && export EMPTY",
    });
    expect(unset).toMatchObject({ problem: "the variable UNSET is not set on this machine" });
  });
});
