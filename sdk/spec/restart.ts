/** Compose: `restart`. `on-failure:5` gives up after five tries. */
export type RestartInput = "no" | "always" | "unless-stopped" | "on-failure" | `on-failure:${number}`;

export interface RestartSpec {
  /** Docker's names. */
  readonly name: "no" | "always" | "unless-stopped" | "on-failure";
  /** Only for on-failure; 0 = no limit. */
  readonly maximumRetries: number;
}
