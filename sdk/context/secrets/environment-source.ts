import type { EnvironmentSecret } from "../../spec/secret-ref";
import type { FoundSecret, SecretSource } from "./secret-source";

/** Build services set a variable that they have no value for to nothing: so empty counts as missing. */
export const environmentSource: SecretSource<EnvironmentSecret> = {
  resolve: async (refs, { environment }) =>
    refs.map(({ name }): FoundSecret => {
      const value = environment[name];
      if (value !== undefined && value !== "") return { value };
      const problem = `the variable ${name} is ${value === "" ? "empty" : "not set"} on this machine`;
      return { problem, hint: `read -rs ${name} && export ${name}` };
    }),
};
