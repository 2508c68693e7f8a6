/** How the engine is started: pure. */
import type { PulumiAction } from "./pulumi-run";

export interface Ports {
  readonly language: number;
  readonly events: number;
}

export function pulumiArguments(action: PulumiAction, stack: string, ports: Ports, flags: readonly string[] = []): string[] {
  const parallel = flags.includes("--parallel") ? [] : ["--parallel", "32"];
  return [
    ...[action, "--stack", stack, "--non-interactive", "--color=never", "--suppress-progress"],
    ...[`--client=127.0.0.1:${ports.language}`, "--exec-kind=auto.inline", "--event-log", `tcp://127.0.0.1:${ports.events}`],
    ...(action === "preview" ? [] : ["--yes", "--skip-preview"]),
    // Without the program the engine has no defaults of connections that only the program knows.
    ...(action === "refresh" || action === "destroy" ? ["--run-program"] : []),
    // Reads of many hosts wait for the network, not for processors.
    ...parallel,
    ...flags,
  ];
}

export interface EnvironmentOptions {
  readonly providerPort: number;
  /** The program uses other providers than ours: the engine may have to fetch them. */
  readonly otherProviders: boolean;
}

export function pulumiEnvironment(
  env: NodeJS.ProcessEnv,
  { providerPort, otherProviders }: EnvironmentOptions,
): NodeJS.ProcessEnv {
  const others = env.PULUMI_DEBUG_PROVIDERS ? `${env.PULUMI_DEBUG_PROVIDERS},` : "";
  // Looking up registries costs 0.8 s of every run, for nothing when ours is the only provider.
  const offline = { PULUMI_DISABLE_REGISTRY_RESOLVE: "true", PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" };
  return {
    ...(otherProviders ? {} : offline),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...env,
    // Without it --event-log is an unknown flag.
    PULUMI_DEBUG_COMMANDS: "true",
    PULUMI_DEBUG_PROVIDERS: `${others}drayage:${providerPort}`,
  };
}
