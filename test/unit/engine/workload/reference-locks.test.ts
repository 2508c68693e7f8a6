import type { HostHandle } from "../../../../sdk/engine/host/host-handle";
import { formatPlan } from "../../../../sdk/engine/plan/format-plan";
import type { ObservedContainer, ObservedWorkload } from "../../../../sdk/engine/workload/observed-workload";
import { planWorkload } from "../../../../sdk/engine/workload/plan-workload";
import { type ImageLock, resolveLocks } from "../../../../sdk/engine/workload/resolve-locks";
import { wantedWorkload } from "../../../../sdk/engine/workload/wanted-workload";
import { lockedImages, wantedImage } from "../../../../sdk/engine/workload/workload-world";
import { normalised } from "../../../support/workload-requests";

const { spec, secrets } = normalised({ name: "shop", services: { db: { image: "postgres:16", pull: "always" } } });
const wish = (imageLocks: Record<string, ImageLock> = {}) =>
  wantedWorkload({ identity: "ab12cd".padEnd(32, "0"), secretKey: "key", spec, secrets, imageLocks });

const running: ObservedContainer = {
  id: "id-db-1",
  dockerName: "shop-ab12cd-db-1-g1",
  service: "db",
  replica: 1,
  generation: 1,
  stage: "current",
  made: JSON.parse(JSON.stringify(wish().services[0]?.container)),
  state: "running",
  exitCode: 0,
  imageId: "sha256:old",
  restart: { name: "unless-stopped", maximumRetries: 0 },
  memoryBytes: 0,
  nanoCpus: 0,
  networkMode: "",
  networks: { "shop-ab12cd-default": ["db"] },
  volumes: [],
};
const observed: ObservedWorkload = {
  host: "rack",
  identity: "ab12cd".padEnd(32, "0"),
  containers: [running],
  forwarders: [],
  volumes: [],
  deliveries: [],
  networks: [{ id: "n", name: "default", dockerName: wish().networks[0]?.dockerName ?? "" }],
  others: { volumes: new Set(), networks: new Set(), ports: [] },
  record: undefined,
};

/** An engine that knows these names. */
function engine(images: Record<string, string>) {
  const asked: string[] = [];
  const docker = {
    inspectImage: async (ref: string) => {
      asked.push(ref);
      return images[ref] === undefined ? undefined : { Id: images[ref] };
    },
  };
  return { host: { docker } as unknown as HostHandle, asked };
}

describe("a reference that was promoted", () => {
  it("replaces what runs by the very image, and nothing that is it already", () => {
    const plan = (lock: ImageLock) =>
      formatPlan(planWorkload(wish({ db: lock }), observed, { db: { present: true, id: lock.id } }));
    expect(plan({ id: "sha256:new" })).toContain("image changed");
    expect(planWorkload(wish({ db: { id: "sha256:old" } }), observed, {}).operations).toEqual([]);
    expect(planWorkload(wish(), observed, {}).operations).toEqual([]);
  });

  it("is not looked up again, also where the program says always", () => {
    const wanted = wish({ db: { id: "sha256:new", digest: "postgres@sha256:d" } });
    const [service] = wanted.services;
    const locked = lockedImages(wanted, observed);
    expect(service && wantedImage(service, locked)).toMatchObject({
      image: { ref: "postgres:16", pull: "missing" },
      lockedTo: "sha256:new",
      lockedDigest: "postgres@sha256:d",
    });
  });

  it("is no part of what the container is: forgetting the lock replaces nothing", () => {
    expect(wish({ db: { id: "sha256:old" } }).services[0]?.container).toEqual(wish().services[0]?.container);
  });
});

describe("the id of a promoted reference on another engine", () => {
  const lock = { ref: "postgres:16", id: "sha256:new", digest: "postgres@sha256:d" };
  const resolve = (locks: Record<string, typeof lock>, images: Record<string, string>) => {
    const { host, asked } = engine(images);
    return resolveLocks({ host, spec, locks, observed }).then((found) => ({ found, asked }));
  };

  it("is asked for only when something else runs", async () => {
    expect(await resolve({ db: { ...lock, id: "sha256:old" } }, {})).toMatchObject({
      found: { db: { id: "sha256:old" } },
      asked: [],
    });
  });

  it("is the id this store has for the digest, where the store is of another kind", async () => {
    const { found } = await resolve({ db: lock }, { "postgres@sha256:d": "sha256:old" });
    expect(found).toEqual({ db: { id: "sha256:old", digest: "postgres@sha256:d" } });
    expect((await resolve({ db: lock }, {})).found.db?.id).toBe("sha256:new");
  });

  it("is void when the program names another reference", async () => {
    expect((await resolve({ db: { ...lock, ref: "postgres:15" }, gone: lock }, {})).found).toEqual({});
  });
});
