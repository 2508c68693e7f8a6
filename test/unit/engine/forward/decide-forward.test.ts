import { decideForward, type ForwardFacts } from "../../../../sdk/engine/forward/decide-forward";
import { chooseWay } from "../../../../sdk/engine/forward/find-way";
import type { WorkloadRecord } from "../../../../sdk/engine/record/host-record";
import { testOwner } from "../../../support/workload-requests";

const peer = (host: string) => ({ host, machineId: `m-${host}`, engineId: `e-${host}` });
const forward = { to: peer("cloud"), address: "10.0.0.12", ports: [80, 443], since: "t" };
const entry: WorkloadRecord = {
  ...{ name: "shop", owner: testOwner, epoch: 3, state: "ceded", volumes: {}, journal: [], releases: [] },
  forward,
};
const forwarder = { id: "f", dockerName: "shop-forward", running: true, made: { address: "10.0.0.12", ports: [80, 443] } };
const asItShould: ForwardFacts = {
  name: "shop",
  entry,
  forwarders: [forwarder],
  home: peer("cloud"),
  wanted: { ports: [80, 443, 8080], left: [] },
  allowed: true,
  ways: ["10.0.0.12"],
};
const { forward: _, ...silentEntry } = entry;

describe("what is done about a forwarder", () => {
  it("is nothing while it does what the record asks for", () => {
    expect(decideForward(asItShould)).toEqual({ kind: "none" });
    const { ways: _w, ...unjudged } = asItShould;
    expect(decideForward(unjudged)).toEqual({ kind: "none" });
  });

  it.each<[string, Partial<ForwardFacts>, string]>([
    ["somebody removed it", { forwarders: [] }, "it is gone"],
    ["it does not run", { forwarders: [{ ...forwarder, running: false }] }, "it does not run"],
    [
      "it dials otherwise",
      { forwarders: [{ ...forwarder, made: { address: "10.0.0.99", ports: [80, 443] } }] },
      "otherwise than recorded",
    ],
    ["a port is published no more", { wanted: { ports: [443], left: [] } }, "publishes fewer ports"],
    ["the workload went on", { home: peer("attic"), ways: ["10.0.0.13"] }, "shop lives on attic now"],
    ["the host has another address", { ways: ["10.0.0.77"] }, "reached otherwise now"],
  ])("is a start when %s", (_what, change, cause) => {
    expect(decideForward({ ...asItShould, ...change })).toMatchObject({ kind: "start", cause: expect.stringContaining(cause) });
  });

  it("keeps the address that is known to work, and has none for a host it never dialled", () => {
    expect(decideForward({ ...asItShould, forwarders: [] })).toMatchObject({ address: "10.0.0.12", ports: [80, 443] });
    expect(decideForward({ ...asItShould, home: peer("attic"), ways: ["10.0.0.13"] })).toMatchObject({ address: undefined });
  });

  it("chooses anew when there is a way that was not among those it chose from, as when somebody wrote one down", () => {
    const chosen = { ...entry, forward: { ...forward, ways: ["10.0.0.12"] } };
    expect(decideForward({ ...asItShould, entry: chosen })).toEqual({ kind: "none" });
    const better = { entry: chosen, ways: ["192.168.0.12", "10.0.0.12"] };
    expect(decideForward({ ...asItShould, ...better })).toMatchObject({
      ...{ kind: "start", address: undefined },
      cause: "cloud may be reached otherwise now",
    });
    const { ways: _w, ...unjudged } = { ...asItShould, entry: chosen };
    expect(decideForward(unjudged)).toEqual({ kind: "none" });
  });

  it.each<[string, Partial<ForwardFacts>]>([
    ["the program says so", { allowed: false, wanted: { ports: [], left: [] } }],
    ["none of its ports is published any more", { wanted: { ports: [8080], left: [] } }],
    ["no address can be dialled", { ways: [] }],
    ["the record asks for none", { entry: silentEntry }],
    ["the record knows nothing of the workload", { entry: undefined }],
  ])("is its end when %s", (_what, change) => {
    expect(decideForward({ ...asItShould, ...change })).toMatchObject({ kind: "remove" });
  });

  it("is nothing where it was ended by a command, and nothing while a move back prepares", () => {
    expect(decideForward({ ...asItShould, entry: silentEntry, forwarders: [] })).toEqual({ kind: "none" });
    expect(decideForward({ ...asItShould, entry: { ...entry, state: "preparing" }, forwarders: [] })).toEqual({ kind: "none" });
  });
});

describe("the way to the new host", () => {
  const question = { ways: ["10.0.0.12", "203.0.113.7"], ports: [80, 443], listening: false };

  it("is the first on which every port is refused or answered", () => {
    expect(
      chooseWay(question, [
        ["refused", "refused"],
        ["refused", "refused"],
      ]),
    ).toEqual({ address: "10.0.0.12" });
    expect(
      chooseWay(question, [
        ["silent", "refused"],
        ["refused", "refused"],
      ]),
    ).toEqual({ address: "203.0.113.7" });
  });

  it("is told with its trouble where none is whole", () => {
    expect(
      chooseWay(question, [
        ["refused", "silent"],
        ["silent", "silent"],
      ]),
    ).toEqual({
      address: "10.0.0.12",
      trouble: "443: no answer",
    });
  });

  it("is not one on which something answers that cannot be the workload", () => {
    const answers = [["connected", "connected"]];
    expect(chooseWay({ ...question, ways: ["lb"] }, answers).trouble).toContain("another machine answers");
    expect(chooseWay({ ...question, ways: ["lb"], listening: true }, answers)).toEqual({ address: "lb" });
  });
});
