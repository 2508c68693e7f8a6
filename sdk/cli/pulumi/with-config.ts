import { sdkRequire } from "./language-host";

/** The program, with configuration of this one run that no file holds. */
export function withConfig<T>(programDir: string, config: Readonly<Record<string, string>>, program: () => T): () => T {
  return () => {
    const { runtime } = sdkRequire(programDir)("@pulumi/pulumi") as {
      runtime: { setConfig(key: string, value: string): void };
    };
    for (const [key, value] of Object.entries(config)) runtime.setConfig(key, value);
    return program();
  };
}
