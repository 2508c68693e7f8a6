import { changeDaemonJson, readDaemonJson, wantedDaemon } from "../../../../../sdk/engine/host/prepare/daemon-json";
import { defaults, spec } from "./machines";

const wanted = wantedDaemon(spec());
const change = (found: object, to = wanted) => changeDaemonJson(JSON.parse(JSON.stringify(found)), to);

describe("daemon.json", () => {
  it("gets bounded logs, live-restore and address pools", () => {
    expect(wanted).toEqual(defaults);
    expect(JSON.parse(change({})?.text ?? "")).toEqual(defaults);
  });

  it("is left alone when it says what is wanted, in whatever order, with whatever else", () => {
    const [driver, opts, ...rest] = Object.entries(defaults);
    const reordered = Object.fromEntries([...rest, opts ?? [], driver ?? [], ["debug", true]]);
    expect(change({ ...reordered, "log-opts": { "max-size": "10m", "max-file": "3" } })).toBeUndefined();
  });

  it("keeps keys that nobody named, and says of the others what they were", () => {
    const changed = change({
      debug: true,
      "log-driver": "journald",
      "log-opts": { "max-size": "50m", tag: "x" },
      "live-restore": true,
    });
    expect(JSON.parse(changed?.text ?? "")).toEqual({ debug: true, ...defaults });
    expect(changed?.causes).toEqual([
      'log-driver is "journald"',
      "log-opts.max-file missing",
      'log-opts.max-size is "50m"',
      "log-opts.tag is set",
      "default-address-pools missing",
    ]);
  });

  it("tells no value that may be a secret", () => {
    const proxies = (password: string) => ({ proxies: { "http-proxy": `http://me:${password}@proxy.example` } });
    const to = wantedDaemon(spec({ daemon: proxies("new") }));
    expect(change({ ...defaults, ...proxies("old") }, to)?.causes).toEqual(["proxies.http-proxy differs"]);
  });

  it("takes more keys from the program, which win", () => {
    const more = wantedDaemon(spec({ daemon: { "registry-mirrors": ["https://mirror.example"], debug: false } }));
    expect(JSON.parse(change({ debug: true }, more)?.text ?? "")).toMatchObject({
      debug: false,
      "registry-mirrors": ["https://mirror.example"],
    });
  });

  it("puts Docker's data on the data disk", () => {
    expect(wantedDaemon(spec({ dataDisk: { device: "/dev/sdb", mountPoint: "/data" } }))["data-root"]).toBe("/data/docker");
  });

  it.each([
    [{ hosts: ["tcp://0.0.0.0:2375"] }, undefined],
    [{ hosts: ["unix:///run/docker.sock", "tcp://10.0.0.1:2375"] }, ["unix:///run/docker.sock"]],
  ])("loses a listener that anybody could use: %j", (listens, left) => {
    const changed = change({ ...defaults, ...listens });
    expect(changed?.causes).toEqual(["hosts opens the engine on TCP without TLS"]);
    expect(JSON.parse(changed?.text ?? "").hosts).toEqual(left);
  });

  it("keeps a listener that asks for certificates", () => {
    expect(change({ ...defaults, hosts: ["tcp://0.0.0.0:2376"], tlsverify: true })).toBeUndefined();
  });

  it("that cannot be read is not overwritten", () => {
    for (const text of ["{", "[]", "3"])
      expect(() => readDaemonJson("rack", text)).toThrow(expect.objectContaining({ code: "HOST_UNSUPPORTED", subject: "rack" }));
    expect(readDaemonJson("rack", " \n")).toEqual({});
  });
});
