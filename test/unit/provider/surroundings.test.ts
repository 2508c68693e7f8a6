import { cacheDirectory as doctorsCache } from "../../../sdk/cli/doctor/this-machine";
import { surroundingsOf } from "../../../sdk/provider/surroundings";
import { FakeClock } from "../../support/fake-clock";

const machine = { user: "me", hostname: "here", pid: 1, home: "/home/me" };
const cacheOf = (env: Record<string, string>) => surroundingsOf(env, new FakeClock(), machine).cacheDir;

describe("the cache folder", () => {
  it.each<[string, Record<string, string>, string]>([
    ["is below the home", {}, "/home/me/.cache/drayage"],
    ["follows XDG_CACHE_HOME", { XDG_CACHE_HOME: "/var/cache/me" }, "/var/cache/me/drayage"],
    ["ignores an empty or relative XDG_CACHE_HOME", { XDG_CACHE_HOME: "caches" }, "/home/me/.cache/drayage"],
    ["is what DRAYAGE_CACHE_DIR says", { DRAYAGE_CACHE_DIR: "/d", XDG_CACHE_HOME: "/var/cache/me" }, "/d"],
    ["takes an empty DRAYAGE_CACHE_DIR for none", { DRAYAGE_CACHE_DIR: "" }, "/home/me/.cache/drayage"],
  ])("%s, for the provider and for doctor alike", (_, env, expected) => {
    expect(cacheOf(env)).toBe(expected);
    expect(doctorsCache({ ...env, HOME: machine.home })).toBe(expected);
  });
});
