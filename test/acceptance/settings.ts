/** Where the acceptance test runs, from the environment. Pure. */
export type AcceptanceSettings =
  | { readonly where: "nowhere"; readonly reason: string }
  /** The same test on the stand-in: so that it is tried before it costs money. */
  | { readonly where: "moto" }
  | {
      readonly where: "aws";
      readonly region: string;
      readonly budget: string;
      readonly maxAgeHours: number;
      readonly sshFrom: readonly string[];
    };

export const variables = {
  /** A region, `eu-central-1`; or `moto`. Absent: it is not run. */
  region: "DRAYAGE_AWS_ACCEPTANCE",
  /** Value of the tag `acceptance:budget` on all that is made. */
  budget: "DRAYAGE_AWS_ACCEPTANCE_TAG",
  /** Ranges from which this machine reaches port 22 there, with commas between. */
  sshFrom: "DRAYAGE_AWS_ACCEPTANCE_SSH_FROM",
  /** Hours after which another run's things are taken for left over. Default 4. */
  hours: "DRAYAGE_AWS_ACCEPTANCE_HOURS",
} as const;

/** @throws with all that is wrong, when a region is named */
export function acceptanceSettings(env: Readonly<Record<string, string | undefined>>): AcceptanceSettings {
  const region = env[variables.region];
  if (!region) return { where: "nowhere", reason: `not run: ${variables.region} is not set (docs/aws-account.md)` };
  if (region === "moto") return { where: "moto" };
  const budget = env[variables.budget] ?? "";
  const sshFrom = (env[variables.sshFrom] ?? "").split(",").filter((range) => range !== "");
  const maxAgeHours = Number(env[variables.hours] ?? 4);
  const wrong = [
    ...(/^[a-z]{2}(-[a-z]+)+-\d$/.test(region) ? [] : [`${variables.region} is no region: ${region}`]),
    ...(budget === "" ? [`${variables.budget} is not set`] : []),
    ...(sshFrom.length === 0 ? [`${variables.sshFrom} is not set`] : []),
    // A run takes half an hour: less would take away what another one is still using.
    ...(maxAgeHours >= 1 ? [] : [`${variables.hours} is not at least 1`]),
  ];
  if (wrong.length > 0) throw new Error(`the acceptance test cannot run: ${wrong.join("; ")}`);
  return { where: "aws", region, budget, maxAgeHours, sshFrom };
}
