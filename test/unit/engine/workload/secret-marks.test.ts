import { wantedWorkload } from "../../../../sdk/engine/workload/wanted-workload";
import { normaliseWorkload } from "../../../../sdk/spec/normalise-workload";

const generationOf = (secrets: Record<string, string>, secretMarks?: Record<string, string>) => {
  const services = { db: { image: "postgres:16", secrets: { pg: "x", tls: "x" } } };
  const read = normaliseWorkload({ name: "shop", services });
  if (!("spec" in read)) throw new Error(JSON.stringify(read.problems));
  const marks = secretMarks && { secretMarks: { db: secretMarks } };
  const wanted = wantedWorkload({ identity: "ab12cd", spec: read.spec, secrets: { db: secrets }, secretKey: "key", ...marks });
  return wanted.services[0]?.container.secretsGeneration;
};

describe("the set of a service's secrets", () => {
  it("of values in the configuration is named as it always was: nothing that runs is made again", () => {
    expect(generationOf({ pg: "one", tls: "two" })).toBe("9cf6dbdd4805");
    expect(generationOf({ pg: "one", tls: "two" }, {})).toBe("9cf6dbdd4805");
  });

  it("is known by what stands for a value where the value cannot be read", () => {
    expect(generationOf({ pg: "one" }, { tls: "hash of two" })).toBe(
      generationOf({ pg: "one", tls: "two" }, { tls: "hash of two" }),
    );
    expect(generationOf({ pg: "one" }, { tls: "hash of three" })).not.toBe(generationOf({ pg: "one" }, { tls: "hash of two" }));
  });
});
