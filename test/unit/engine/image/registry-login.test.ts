import { ecrCredentials } from "../../../../sdk/engine/image/ecr-credentials";
import { referencedCredentials } from "../../../../sdk/engine/image/referenced-credentials";
import { serverOf } from "../../../../sdk/engine/image/registry-credentials";
import { createRegistryLogin, type IssuedCredentials } from "../../../../sdk/engine/image/registry-login";
import type { FoundSecret } from "../../../../sdk/engine/secret/open-secret-reader";
import { fromEnvironment } from "../../../../sdk/spec/secret-ref";

const minute = 60_000;
const issuers = { ...referencedCredentials({ read: async () => [] }), ecr: ecrCredentials() };

function setUp(lifetime?: number) {
  let now = 0;
  let asked = 0;
  const operator = {
    issue: async (registry: string): Promise<IssuedCredentials> => {
      asked += 1;
      const credentials = { serveraddress: registry, identitytoken: `token ${asked}` };
      return { credentials, ...(lifetime !== undefined && { expiresAt: now + lifetime }) };
    },
  };
  const login = createRegistryLogin({
    clock: { now: () => now },
    operator,
    issuers,
  });
  const tokenAt = async (time: number) => {
    now = time;
    return (await login("ecr.example"))?.identitytoken;
  };
  return { login, tokenAt, times: () => asked };
}

describe("credentials of a registry", () => {
  it("that expire are used until ten minutes before, then asked for again", async () => {
    const { tokenAt } = setUp(60 * minute);
    expect(await tokenAt(0)).toBe("token 1");
    expect(await tokenAt(49 * minute)).toBe("token 1");
    expect(await tokenAt(50 * minute)).toBe("token 2");
    expect(await tokenAt(99 * minute)).toBe("token 2");
  });

  it("that do not say when they expire are asked for at each use", async () => {
    const { tokenAt } = setUp();
    expect([await tokenAt(0), await tokenAt(1)]).toEqual(["token 1", "token 2"]);
  });

  it("are issued once for hosts that pull at the same time", async () => {
    const { login, times } = setUp(60 * minute);
    await login("ecr.example");
    await Promise.all([login("ecr.example"), login("ecr.example")]);
    expect(times()).toBe(1);
  });

  it("of one registry are not given to another", async () => {
    const { login } = setUp(60 * minute);
    await login("ecr.example");
    expect((await login("ghcr.io"))?.serveraddress).toBe("ghcr.io");
  });

  it("that could not be had are asked for again", async () => {
    let down = true;
    const operator = {
      issue: async (): Promise<IssuedCredentials | undefined> => {
        if (down) throw new Error("down");
        return undefined;
      },
    };
    const login = createRegistryLogin({
      clock: { now: () => 0 },
      operator,
      issuers,
    });
    await expect(login("ghcr.io")).rejects.toThrow("down");
    down = false;
    expect(await login("ghcr.io")).toBeUndefined();
  });
});

describe("credentials by reference", () => {
  const at = (values: Record<string, string>) =>
    referencedCredentials({
      read: async (refs) =>
        refs.map((ref): FoundSecret => {
          const value = ref.from === "environment" ? values[ref.name] : undefined;
          return value === undefined ? { problem: "the variable is not set", hint: "export it" } : { value };
        }),
    });

  it("are read where they are", async () => {
    const spec = { kind: "login", username: fromEnvironment("USER"), password: fromEnvironment("PW") } as const;
    expect(await at({ USER: "ann", PW: "hunter22" }).login.issue("ghcr.io", spec)).toEqual({
      credentials: { serveraddress: "ghcr.io", username: "ann", password: "hunter22" },
    });
    const plain = { ...spec, username: "bob" };
    expect(await at({ PW: "hunter22" }).login.issue("docker.io", plain)).toMatchObject({
      credentials: { serveraddress: serverOf("docker.io"), username: "bob", password: "hunter22" },
    });
    const token = { kind: "token", identityToken: fromEnvironment("PW") } as const;
    expect(await at({ PW: "hunter22" }).token.issue("ghcr.io", token)).toEqual({
      credentials: { serveraddress: "ghcr.io", identitytoken: "hunter22" },
    });
  });

  it("that are missing are told with the command that sets them", async () => {
    const spec = { kind: "login", username: "ann", password: fromEnvironment("PW") } as const;
    await expect(at({}).login.issue("ghcr.io", spec)).rejects.toMatchObject({
      code: "SECRET_MISSING",
      subject: "credentials of ghcr.io",
      hint: "export it",
    });
  });
});
