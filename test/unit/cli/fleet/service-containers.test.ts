import { latest } from "../../../../sdk/cli/fleet/act-on-service";
import { type ServiceContainer, selectContainers, selectService } from "../../../../sdk/cli/fleet/service-containers";

function container(workload: string, service: string, more: Partial<ServiceContainer> = {}): ServiceContainer {
  return {
    host: "rack",
    workload,
    identity: workload,
    service,
    replica: 1,
    generation: 1,
    id: `${workload}-${service}-${more.replica ?? 1}-${more.generation ?? 1}`,
    name: "n",
    image: "i",
    stage: "current",
    state: "running",
    health: "none",
    status: "Up",
    createdAt: 0,
    ports: [],
    ...more,
  };
}

const all = [
  container("shop", "api"),
  container("shop", "api", { replica: 2 }),
  container("shop", "db"),
  container("blog", "db"),
];
const ids = (found: readonly ServiceContainer[]) => found.map((it) => it.id);

describe("naming containers", () => {
  it("takes service, replica, workload and both", () => {
    expect(ids(selectContainers(all, ["api"]))).toEqual(["shop-api-1-1", "shop-api-2-1"]);
    expect(ids(selectContainers(all, ["api.2"]))).toEqual(["shop-api-2-1"]);
    expect(ids(selectContainers(all, ["shop/db"]))).toEqual(["shop-db-1-1"]);
    expect(ids(selectContainers(all, ["blog"]))).toEqual(["blog-db-1-1"]);
    expect(selectContainers(all, [])).toHaveLength(4);
  });

  it("names what there is when nothing matches", () => {
    expect(() => selectContainers(all, ["apii"])).toThrow(
      expect.objectContaining({ code: "NOT_FOUND", hint: expect.stringContaining("shop/api") }),
    );
  });

  it("asks which when two workloads have the service", () => {
    expect(() => selectService(all, "db")).toThrow("shop/db, blog/db");
    expect(ids(selectService(all, "blog/db"))).toEqual(["blog-db-1-1"]);
  });
});

describe("the container to act on", () => {
  it("is the one that runs, not a newer one that failed its gate", () => {
    const old = container("shop", "api");
    const failed = container("shop", "api", { generation: 2, stage: "failed", state: "exited" });
    expect(latest([old, failed])).toEqual([old]);
  });

  it("is the newest of several stopped ones", () => {
    const stopped = [1, 2].map((generation) => container("shop", "api", { generation, state: "exited" }));
    expect(ids(latest(stopped))).toEqual(["shop-api-1-2"]);
  });
});
