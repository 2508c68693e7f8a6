import { type Deployed, deployedOf, type Told, toldByState } from "../../../../sdk/cli/promote/deployed";
import { promotedImages } from "../../../../sdk/cli/promote/promoted";
import { type Promotion, pinsAfterFailure, pinsFor } from "../../../../sdk/cli/promote/propose-pins";
import { refuseIncomplete, refuseUnsettled } from "../../../../sdk/cli/promote/refuse-promotion";
import { noPins } from "../../../../sdk/context/pins-file";
import { noEvents, shipped } from "./run-events";

const at = "2026-03-01T12:00:00.000Z";
const ends = { from: "staging", to: "production" };
/** A version of the api image: content hash and identity as one letter each. */
const version = (letter: string) => ({ contentHash: letter.repeat(64), identity: `${letter}.${letter}` });

interface Shape {
  readonly api?: string;
  readonly runs?: string;
  readonly db?: string;
  readonly failed?: boolean;
  readonly more?: readonly Told[];
}

function stack({ api = "a", runs = api, db = "postgres:16", failed = false, more = [] }: Shape = {}): Deployed {
  const workload: Told = {
    type: "drayage:index:Workload",
    name: "shop",
    inputs: { services: { api: { image: { name: "api", ...version(api) } }, db: { image: db } } },
    outputs: {
      identity: "id-shop",
      placement: { host: "rack" },
      receipt: { images: { api: version(runs).identity, db: "p.p" } },
    },
    failed,
  };
  return deployedOf([
    { type: "drayage:index:Image", name: "api", inputs: {}, outputs: { name: "api", ...version(api) } },
    workload,
    ...more,
  ]);
}

const promotionOf = (letter: string): Promotion => ({
  from: "staging",
  at,
  images: { api: version(letter) },
  references: { "shop/db": { ref: "postgres:16", id: `sha256:${letter}` } },
});
const refusal = (act: () => void): string => {
  try {
    act();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
};

describe("what a stack runs", () => {
  it("is what its workloads were given, not what was only built", () => {
    const image: Told = { type: "drayage:index:Image", name: "api", inputs: {}, outputs: version("b") };
    expect(stack({ api: "a", more: [image] }).images.api).toEqual(version("a"));
  });

  it("is read from the state, replaced resources left out", () => {
    const urn = "urn:pulumi:staging::shop::drayage:index:Workload::shop";
    const resource = { urn, type: "drayage:index:Workload", id: "1", inputs: { services: { db: { image: "postgres:16" } } } };
    const told = toldByState([
      { ...resource, initErrors: ["gate"] },
      { ...resource, delete: true, inputs: {} },
    ]);
    expect(deployedOf(told).workloads.shop).toEqual({
      identity: "",
      host: undefined,
      services: { db: { ref: "postgres:16", runs: undefined } },
      failed: true,
    });
  });

  it("is not promoted when its last up failed, it runs another image, or several builds of one", () => {
    const twice: Told = {
      type: "drayage:index:Workload",
      name: "jobs",
      inputs: { services: { a: { image: { name: "api", ...version("b") } } } },
    };
    const all = stack({ runs: "c", failed: true, more: [twice] });
    expect(refusal(() => refuseUnsettled(all, ends)).split("\n")).toEqual([
      "the last up of shop failed on staging",
      "shop/api of staging runs another image than it was given",
      "staging runs several builds of image api",
      "Nothing was changed.",
    ]);
    expect(refusal(() => refuseUnsettled(deployedOf([]), ends))).toContain("staging runs no image");
    expect(refusal(() => refuseUnsettled(stack(), ends))).toBe("");
  });

  it("is held against the other program: everything that one has and the other has not is named at once", () => {
    const beta: Told = { type: "drayage:index:Image", name: "beta", inputs: {}, outputs: version("z") };
    const mail: Told = { type: "drayage:index:Workload", name: "mail", inputs: { services: { hog: { image: "mailhog:1" } } } };
    const web: Told = { type: "drayage:index:Image", name: "web", inputs: { contentHash: "w" } };
    const wanted = stack({ db: "postgres:17", more: [web] });
    const runs = stack({ more: [beta, mail] });
    expect(refusal(() => refuseIncomplete(runs, wanted, ends, [])).split("\n")).toEqual([
      "image beta of staging is not in the program of production",
      "image web of production was never deployed on staging",
      "workload mail of staging is not in the program of production",
      "service shop/db runs postgres:16 on staging, and the program of production says postgres:17",
      "Nothing was changed.",
    ]);
    expect(refusal(() => refuseIncomplete(runs, wanted, ends, ["api"]))).toBe("");
  });
});

describe("the pins of a promotion", () => {
  it("say what runs where it was tried, and stay as they are when they say so already", () => {
    const first = pinsFor(noPins, promotionOf("a"));
    expect(first.images.api).toEqual({ ...version("a"), from: "staging", at });
    expect(first.references["shop/db"]).toEqual({ ref: "postgres:16", id: "sha256:a", from: "staging", at });
    const again = pinsFor(first, { ...promotionOf("a"), at: "2026-03-02T12:00:00.000Z" });
    expect(again).toEqual(first);
    const kept = { ...noPins, workloads: { shop: { host: "rack", instead: "cloud" } } };
    expect(pinsFor(kept, promotionOf("a")).workloads).toEqual(kept.workloads);
  });

  const failed = (before: typeof noPins, ran: Deployed, runs: Deployed) => {
    const written = pinsFor(before, promotionOf("b"));
    return pinsAfterFailure({ before, written, ran, runs, stack: "production", at });
  };

  it("say after a failure what still runs: the next up changes nothing", () => {
    const old = pinsFor(noPins, promotionOf("a"));
    expect(failed(old, stack(), stack({ failed: true }))).toEqual(old);
  });

  it("pin after a failure what was not pinned, so that the next up does not build the program's folder", () => {
    expect(failed(noPins, stack(), stack({ failed: true }))).toEqual({
      ...noPins,
      images: { api: { ...version("a"), from: "production", at } },
    });
  });

  it("keep after a failure what arrived, and what the stack has never run", () => {
    const written = pinsFor(noPins, promotionOf("b"));
    expect(failed(noPins, stack(), stack({ api: "b" }))).toEqual(written);
    expect(failed(noPins, deployedOf([]), deployedOf([]))).toEqual(written);
    expect(failed(noPins, deployedOf([]), stack({ api: "b", failed: true }))).toEqual(written);
  });
});

describe("what a promotion tells", () => {
  it("is each image as both receipts have it, and the bytes that travelled: none for a host that has it", () => {
    expect(promotedImages(promotionOf("a"), { from: stack(), to: stack(), events: noEvents })).toEqual([
      { name: "api", content: "a".repeat(64), identity: { from: "a.a", to: "a.a" }, equal: true, bytes: 0 },
      { name: "shop/db", content: "postgres:16", identity: { from: "p.p", to: "p.p" }, equal: true, bytes: 0 },
    ]);
    const events = [
      ...shipped("api", "cloud", [100, 2500]),
      ...shipped("api", "rack", [40]),
      ...shipped("postgres:16", "cloud", [7]),
    ];
    const [api, db] = promotedImages(promotionOf("a"), { from: stack(), to: stack(), events });
    expect([api?.bytes, db?.bytes]).toEqual([2540, 7]);
  });

  it("is unequal when the other stack's receipt says something else, or does not have the service", () => {
    const [api] = promotedImages(promotionOf("a"), { from: stack(), to: stack({ runs: "x" }), events: noEvents });
    expect(api).toMatchObject({ equal: false, identity: { from: "a.a", to: "x.x" } });
    const [gone] = promotedImages(promotionOf("a"), { from: stack(), to: deployedOf([]), events: noEvents });
    expect(gone?.equal).toBe(false);
  });
});
