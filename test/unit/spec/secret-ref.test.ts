import { normaliseWorkload } from "../../../sdk/spec/normalise-workload";
import { describeSecretRef, fromEnvironment, fromFile, fromSops } from "../../../sdk/spec/secret-ref";

const withSecrets = (secrets: unknown) =>
  normaliseWorkload({ name: "shop", services: { db: { image: "postgres:16", secrets } } });

describe("a secret that is somewhere else", () => {
  it("is no part of the spec and no value: it stands apart, by service and name", () => {
    const read = withSecrets({
      pg: fromEnvironment("PG_PASSWORD"),
      key: { value: fromSops("s.yaml", "db.key"), env: "KEY" },
      plain: "x",
    });
    expect(read).toMatchObject({
      references: {
        db: { pg: { from: "environment", name: "PG_PASSWORD" }, key: { from: "sops", path: "s.yaml", key: "db.key" } },
      },
      secrets: { db: { plain: "x" } },
    });
    const specs = "spec" in read ? read.spec.services.db?.secrets : undefined;
    expect(specs).toEqual([
      { name: "key", env: "KEY", mode: "0400" },
      { name: "pg", mode: "0400" },
      { name: "plain", mode: "0400" },
    ]);
  });

  it("gives the same spec wherever it comes from, so that another source is no other container", () => {
    const specOf = (secrets: unknown) => {
      const read = withSecrets(secrets);
      return "spec" in read ? read.spec : read.problems;
    };
    expect(specOf({ pg: fromFile("./pg") })).toEqual(specOf({ pg: "hunter22" }));
  });

  it.each([
    [{ pg: { from: "vault", path: "x" } }, "services.db.secrets.pg.from", /'environment', 'file' or 'sops'/],
    [{ pg: { from: "environment", name: "NO-NAME" } }, "services.db.secrets.pg.name", /name of an environment variable/],
    [{ pg: { from: "file" } }, "services.db.secrets.pg.path", /is missing/],
    [{ pg: { from: "sops", path: "s.yaml", key: "a..b" } }, "services.db.secrets.pg.key", /keys joined by dots/],
    [{ pg: { value: { from: "file", path: "" } } }, "services.db.secrets.pg.value.path", /not empty/],
    [{ pg: { from: "file", path: "x", env: "PG" } }, "services.db.secrets.pg.env", /unknown key/],
  ])("is refused by path when it is written wrongly: %j", (secrets, path, reason) => {
    expect(withSecrets(secrets)).toEqual({ problems: [{ path, reason: expect.stringMatching(reason) }] });
  });

  it("is named by where it is", () => {
    expect([fromEnvironment("A"), fromFile("f"), fromSops("s", "k")].map(describeSecretRef)).toEqual([
      "the variable A",
      "the file f",
      "s (k)",
    ]);
  });
});
