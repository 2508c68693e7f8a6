/** Who an image is pushed and pulled as: by where the word is, never by the word itself. */
import type { Place } from "./place";
import { fields, filledText, isRecord, keysOf, matching } from "./read";
import { isReference, readSecretRef, type SecretRef } from "./secret-ref";
import { isUnknown, UNKNOWN } from "./unknown";

/** Fetched when they are used and kept nowhere. */
export type RegistryCredentialsInput =
  | { readonly username: string | SecretRef; readonly password: SecretRef }
  | { readonly identityToken: SecretRef }
  | { readonly ecr: EcrInput };

/**
 * A token of Amazon ECR, asked for at each use by whom AWS's own chain finds on this machine: environment, profile, SSO, role. Needs the
 * package `@aws-sdk/client-ecr`.
 */
export interface EcrInput {
  /** `eu-central-1`. Default: the one in the registry's name. */
  readonly region?: string;
  /** Of `~/.aws/config` on this machine. Default: AWS_PROFILE, else what the chain finds. */
  readonly profile?: string;
  /** Of ECR's API, `https://…`: an endpoint of your network. Default: AWS's own. */
  readonly endpoint?: string;
}

export type RegistryCredentialsSpec =
  | { readonly kind: "login"; readonly username: string | SecretRef; readonly password: SecretRef }
  | { readonly kind: "token"; readonly identityToken: SecretRef }
  | EcrCredentialsSpec;

export interface EcrCredentialsSpec extends EcrInput {
  readonly kind: "ecr";
  readonly region: string;
}

/** As written; `withRegion` completes them. */
type ReadCredentials = Exclude<RegistryCredentialsSpec, EcrCredentialsSpec> | ({ readonly kind: "ecr" } & EcrInput);

export function readCredentials(value: unknown, place: Place): ReadCredentials | undefined {
  const read = credentialFields(value, place);
  if (read === undefined || !isRecord(value)) return undefined;
  const { username, password, identityToken, ecr } = read;
  switch (keysOf(value).join(", ")) {
    case "ecr":
      return ecr && { kind: "ecr", ...ecr };
    case "identityToken":
      return identityToken && { kind: "token", identityToken };
    case "password, username":
      return username === undefined || password === undefined ? undefined : { kind: "login", username, password };
    default:
      return place.problem("expected { username, password }, { identityToken } or { ecr: {} }");
  }
}

/** Of the two, only the registry's name may say the region. */
export function withRegion(
  read: ReadCredentials | undefined,
  registry: string,
  place: Place,
): RegistryCredentialsSpec | undefined {
  if (read?.kind !== "ecr") return read;
  const region = read.region ?? regionOf(registry);
  return region === undefined
    ? place.key("ecr").key("region").problem(`is missing, and ${registry} does not name one`)
    : { ...read, region };
}

/** `123456789012.dkr.ecr.eu-central-1.amazonaws.com`; also those for FIPS, for IPv6 and in China. */
function regionOf(registry: string): string | undefined {
  if (isUnknown(registry)) return UNKNOWN;
  return /^\d{12}\.dkr[.-]ecr(?:-fips)?\.([a-z]{2}(?:-[a-z]+)+-\d)\./.exec(registry)?.[1];
}

function userName(value: unknown, place: Place): string | SecretRef | undefined {
  return isReference(value) ? readSecretRef(value, place) : filledText(value, place);
}

/** A value here would be kept in the state, of the image and of every workload that runs it. */
function reference(value: unknown, place: Place): SecretRef | undefined {
  if (isReference(value)) return readSecretRef(value, place);
  return place.problem("expected fromEnvironment(…), fromFile(…) or fromSops(…): a value would be kept in the state");
}

const ecr = fields({
  region: matching("a region such as 'eu-central-1'", /^[a-z]{2}(-[a-z]+)+-\d$/),
  profile: filledText,
  endpoint: matching("an address such as 'https://api.ecr.eu-central-1.amazonaws.com'", /^https?:\/\/[^\s@]+$/),
});
const credentialFields = fields(
  { username: userName, password: reference, identityToken: reference, ecr },
  { token: "write it as 'identityToken', or as 'password' with the user name that the registry wants for tokens" },
);
