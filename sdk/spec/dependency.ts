/** started: its container runs. healthy: its gate has passed. completed: its one-shot run ended with exit code 0. */
export type DependencyCondition = "started" | "healthy" | "completed";

/** `["db"]` (started, as Compose) or `{ db: "healthy" }`. Compose: `depends_on`. */
export type DependsOnInput<ServiceName extends string = string> =
  | readonly ServiceName[]
  | { readonly [service in ServiceName]?: DependencyCondition };

export interface DependencySpec {
  readonly service: string;
  readonly condition: DependencyCondition;
}
