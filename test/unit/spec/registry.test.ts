import { normaliseImage, readServiceImage } from "../../../sdk/spec/image";
import { Place } from "../../../sdk/spec/place";
import { type PushedImageSpec, pullReferenceOf } from "../../../sdk/spec/registry";
import { fromEnvironment, fromFile } from "../../../sdk/spec/secret-ref";
import { UNKNOWN } from "../../../sdk/spec/unknown";

const read = (push: unknown) => normaliseImage({ context: "./web", push }, { allowUnknown: true });
const ghcr = { registry: "ghcr.io", repository: "team/web" };

describe("where an image is pushed", () => {
  it("is a registry and a repository; TLS is wanted, and nothing is done in its place, unless the program says so", () => {
    expect(read(ghcr)).toMatchObject({ spec: { push: { ...ghcr, insecure: false } } });
    const all = { ...ghcr, tag: "1.2", insecure: true, fallback: "ship" };
    expect(read(all)).toMatchObject({ spec: { push: all } });
  });

  it("may be known only later", () => {
    expect(read({ registry: UNKNOWN, repository: "team/web" })).toMatchObject({ spec: { push: { registry: UNKNOWN } } });
  });

  it("takes credentials by reference only: a value would be kept in the state", () => {
    const login = { username: "ann", password: fromEnvironment("PW") };
    expect(read({ ...ghcr, credentials: login })).toMatchObject({ spec: { push: { credentials: { kind: "login", ...login } } } });
    const token = { identityToken: fromFile("token") };
    expect(read({ ...ghcr, credentials: token })).toMatchObject({ spec: { push: { credentials: { kind: "token", ...token } } } });
    const problems = JSON.stringify(read({ ...ghcr, credentials: { username: "ann", password: "hunter22" } }));
    expect(problems).toMatch(/push\.credentials\.password.*would be kept in the state/);
    expect(problems).not.toContain("hunter22");
  });

  it("takes a token of ECR by its region, which the registry's name may say", () => {
    const repository = "team/web";
    const at = (registry: string, ecr: object) => read({ registry, repository, credentials: { ecr } });
    const own = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";
    const spec = (ecr: object) => ({ spec: { push: { credentials: { kind: "ecr", ...ecr } } } });
    expect(at(own, {})).toMatchObject(spec({ region: "eu-central-1" }));
    expect(at("123456789012.dkr-ecr.us-gov-west-1.on.aws", {})).toMatchObject(spec({ region: "us-gov-west-1" }));
    expect(at("123456789012.dkr.ecr-fips.us-east-1.amazonaws.com", {})).toMatchObject(spec({ region: "us-east-1" }));
    const all = { region: "us-east-1", profile: "ci", endpoint: "https://vpce-1.api.ecr.us-east-1.vpce.amazonaws.com" };
    expect(at(own, all)).toMatchObject(spec(all));
    expect(at(UNKNOWN, {})).toMatchObject(spec({ region: UNKNOWN }));
    const refused = (registry: string, credentials: object) => read({ registry, repository, credentials });
    expect([
      refused("mirror.example", { ecr: {} }),
      refused(own, { ecr: { region: "Frankfurt", endpoint: "ann:pw@there" } }),
      refused(own, { ecr: {}, username: "AWS" }),
    ]).toEqual(
      [
        [["push.credentials.ecr.region", /is missing, and mirror.example does not name one/]],
        [
          ["push.credentials.ecr.region", /a region such as/],
          ["push.credentials.ecr.endpoint", /an address such as/],
        ],
        [["push.credentials", /ecr: \{\}/]],
      ].map((found) => ({
        problems: found.map(([path, reason]) => ({ path, reason: expect.stringMatching(reason as RegExp) })),
      })),
    );
  });

  it.each([
    [{ registry: "https://ghcr.io", repository: "team/web" }, "push.registry", /without https/],
    [{ registry: "ghcr.io", repository: "Team/Web" }, "push.repository", /lower case/],
    [{ registry: "ghcr.io" }, "push.repository", /is missing/],
    [{ ...ghcr, tag: "no spaces" }, "push.tag", /a tag/],
    [{ ...ghcr, fallback: "pull" }, "push.fallback", /'ship'/],
    [{ ...ghcr, credentials: { username: "ann" } }, "push.credentials", /username, password/],
    [{ ...ghcr, url: "x" }, "push.url", /apart/],
  ])("is refused by path when it is written wrongly: %j", (push, path, reason) => {
    expect(read(push)).toEqual({ problems: [{ path, reason: expect.stringMatching(reason) }] });
  });

  it("comes to a workload with tag and digest, and is pulled by digest as soon as that is known", () => {
    const digest = `sha256:${"a".repeat(64)}`;
    const imageOf = (pushed: unknown) =>
      readServiceImage({ name: "web", contentHash: "h", pushed }, "missing", Place.root([], { allowUnknown: true }));
    const known = { ...ghcr, tag: "1", digest };
    expect(imageOf(known)).toMatchObject({ pushed: { ...known, insecure: false } });
    expect(imageOf({ ...known, digest: "" })).not.toHaveProperty("pushed.digest");
    const pulled = (pushed: Partial<PushedImageSpec>) => pullReferenceOf({ ...ghcr, tag: "1", insecure: false, ...pushed });
    expect([pulled({ digest }), pulled({ digest: UNKNOWN }), pulled({})]).toEqual([
      `ghcr.io/team/web@${digest}`,
      "ghcr.io/team/web:1",
      "ghcr.io/team/web:1",
    ]);
  });
});
