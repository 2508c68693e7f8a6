/** An engine whose calls that change something can be watched, and that dies at one of them as a killed operator does. */
import type { DockerEngine } from "../../sdk/engine/docker/docker-engine";

const changing = /^(create|start|stop|kill|restart|remove|rename|set|update|put|connect|disconnect)/;

/** From its k-th change on nothing is answered any more: before it was made, or after. */
export function dyingAt(k: number, when: "before" | "after"): (docker: DockerEngine) => DockerEngine {
  let calls = 0;
  return (docker) =>
    proxied(docker, async (_, perform) => {
      calls += 1;
      if (calls > k || (calls === k && when === "before")) throw new Error("killed");
      const result = await perform();
      if (calls >= k) throw new Error("killed");
      return result;
    });
}

export function proxied(
  docker: DockerEngine,
  around: (call: string, perform: () => Promise<unknown>) => Promise<unknown>,
): DockerEngine {
  return new Proxy(docker, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== "function" || !changing.test(String(property))) return value;
      return (...given: unknown[]) => around(String(property), () => value.apply(target, given) as Promise<unknown>);
    },
  });
}
