import { ecrCredentials } from "../../../../sdk/engine/image/ecr-credentials";
import { createRegistryLogin, type LoginParts } from "../../../../sdk/engine/image/registry-login";
import { type EcrApi, startEcrApi } from "../../../support/ecr-api";

const registry = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";
const minute = 60_000;

/** The package itself, asking a port of this machine. */
describe("a token of ECR", () => {
  let api: EcrApi;
  const before = { ...process.env };
  const spec = () => ({ kind: "ecr", region: "eu-central-1", endpoint: api.endpoint }) as const;
  const issue = () => ecrCredentials().issue(registry, spec());

  beforeAll(async () => {
    api = await startEcrApi({ password: "", expiresAt: new Date(0) });
    for (const name of Object.keys(process.env).filter((one) => one.startsWith("AWS_"))) delete process.env[name];
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "example",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: "/nonexistent",
      AWS_SHARED_CREDENTIALS_FILE: "/nonexistent",
    });
  });
  afterAll(async () => {
    process.env = before;
    await api.close();
  });

  it("is asked for in its region by whom this machine knows, and says how long it lasts", async () => {
    const expiresAt = new Date(12 * 60 * minute);
    api.answer = { password: "eyJw:YX", expiresAt };
    expect(await issue()).toEqual({
      credentials: { serveraddress: registry, username: "AWS", password: "eyJw:YX" },
      expiresAt: expiresAt.getTime(),
    });
    expect(api.asked.at(-1)).toMatchObject({
      "x-amz-target": "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken",
      authorization: expect.stringMatching(/Credential=AKIAEXAMPLE\/\d{8}\/eu-central-1\/ecr\//),
    });
  });

  it("serves until ten minutes before its end, and is then fetched anew; one that ended is fetched each time", async () => {
    let now = 0;
    const none = { issue: async () => undefined };
    const issuers: LoginParts["issuers"] = { login: none, token: none, ecr: ecrCredentials() };
    const login = createRegistryLogin({ clock: { now: () => now }, operator: none, issuers });
    const passwordAt = async (time: number, password: string, lasts: number) => {
      now = time;
      api.answer = { password, expiresAt: new Date(time + lasts) };
      return (await login(registry, spec()))?.password;
    };
    const day = 12 * 60 * minute;
    expect(await passwordAt(0, "one", day)).toBe("one");
    expect(await passwordAt(day - 11 * minute, "two", day)).toBe("one");
    expect(await passwordAt(day - 10 * minute, "three", -minute)).toBe("three");
    expect(await passwordAt(day, "four", -minute)).toBe("four");
    expect(await passwordAt(day, "five", day)).toBe("five");
  });

  it("that is refused is told with what is needed, and without what was answered before", async () => {
    api.answer = { status: 400, error: "AccessDeniedException", message: "User: ann is not authorized to perform: it" };
    await expect(issue()).rejects.toMatchObject({
      code: "REGISTRY_AUTH",
      subject: `credentials of ${registry}`,
      message: expect.stringMatching(/AccessDeniedException: User: ann/),
      hint: expect.stringContaining("ecr:GetAuthorizationToken"),
    });
  });

  it("that cannot be had, because ECR fails or does not answer, is no question of credentials", async () => {
    api.answer = { status: 500, error: "ServerException", message: "later" };
    await expect(issue()).rejects.toMatchObject({ code: "REGISTRY_UNREACHABLE" });
    const away = { ...spec(), endpoint: "http://127.0.0.1:1" };
    await expect(ecrCredentials().issue(registry, away)).rejects.toMatchObject({
      code: "REGISTRY_UNREACHABLE",
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });

  it("without the package is told with the line that installs it; a package that is broken is not", async () => {
    const failing = (error: Error) => ecrCredentials(() => Promise.reject(error)).issue(registry, spec());
    const absent = Object.assign(new Error("Cannot find package '@aws-sdk/client-ecr' imported from x"), {
      code: "ERR_MODULE_NOT_FOUND",
    });
    await expect(failing(absent)).rejects.toMatchObject({
      code: "PACKAGE_MISSING",
      message: expect.stringContaining(registry),
      hint: "npm install @aws-sdk/client-ecr@3",
    });
    const broken = Object.assign(new Error("Cannot find module '@smithy/core'"), { code: "MODULE_NOT_FOUND" });
    await expect(failing(broken)).rejects.toBe(broken);
  });

  it("is asked for by nobody where AWS knows nobody", async () => {
    delete process.env.AWS_ACCESS_KEY_ID;
    await expect(issue()).rejects.toMatchObject({
      code: "REGISTRY_AUTH",
      message: expect.stringContaining("AWS knows nobody"),
      hint: expect.stringContaining("aws sso login"),
    });
  });
});
