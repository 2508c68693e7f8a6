import { formatPlan } from "../../../../sdk/engine/plan/format-plan";
import { previewUnborn } from "../../../../sdk/engine/workload/preview-unborn";
import { normaliseWorkload } from "../../../../sdk/spec/normalise-workload";
import { UNKNOWN } from "../../../../sdk/spec/unknown";

const unborn = (services: object) => {
  const read = normaliseWorkload({ name: "shop", services, volumes: { data: {} } }, { allowUnknown: true });
  if (!("spec" in read)) throw new Error(JSON.stringify(read.problems));
  const { spec, secrets } = read;
  return previewUnborn({ host: "cloud", identity: "ab12cd", secretKey: "key", spec, secrets });
};

describe("the plan for a machine that does not exist yet", () => {
  it("is all that will be made on it, in order", () => {
    const db = { image: "postgres:16", volumes: { data: "/data" }, secrets: { pg: "s" } };
    const built = { name: "web", contentHash: UNKNOWN, identity: UNKNOWN };
    const plan = unborn({ web: { image: built, ports: ["80:80"], dependsOn: { db: "started" } }, db });
    expect(formatPlan(plan).split("\n")).toEqual([
      "+ pull image postgres:16: not on cloud",
      "+ ship image web: not on cloud",
      expect.stringContaining("+ create network default"),
      expect.stringContaining("+ create volume data"),
      expect.stringContaining("+ write secrets db"),
      expect.stringContaining("+ create db.1"),
      expect.stringContaining("+ start db.1"),
      expect.stringContaining("? gate db.1"),
      expect.stringContaining("~ promote db.1"),
      expect.stringContaining("+ create web.1"),
      expect.stringContaining("+ start web.1"),
      expect.stringContaining("? gate web.1"),
      expect.stringContaining("~ promote web.1"),
      "  note: nobody has met cloud yet: planned for an empty machine",
      expect.stringContaining("note: web publishes 80"),
    ]);
    expect(plan).toMatchObject({ kind: "create", subject: "shop", outages: [] });
  });

  it("says where it will pull an image that is pushed, by its digest where that is known", () => {
    const push = { registry: "ghcr.io", repository: "team/web", tag: "1f0c" };
    const planOf = (digest: string) => {
      const image = { name: "web", contentHash: "h", identity: UNKNOWN, pushed: { ...push, digest } };
      return formatPlan(unborn({ web: { image } })).split("\n")[0];
    };
    const digest = `sha256:${"a".repeat(64)}`;
    expect(planOf(UNKNOWN)).toBe("+ pull image web: not on cloud; from ghcr.io/team/web:1f0c");
    expect(planOf(digest)).toBe(`+ pull image web: not on cloud; from ghcr.io/team/web@${digest}`);
  });
});
