import { bridgeOf } from "../../../../sdk/engine/move/hurry-neighbours";

describe("the bridge of a network", () => {
  it("is called after the network's id, unless somebody gave it a name", () => {
    const Id = "0123456789abcdef0123456789abcdef";
    expect(bridgeOf({ Id, Options: {} })).toBe("br-0123456789ab");
    expect(bridgeOf({ Id, Options: { "com.docker.network.bridge.name": "shop0" } })).toBe("shop0");
  });
});
