/**
 * Tokens of Amazon ECR: good for all repositories that whoever asks may use, for twelve hours. Asked for by the SDK's own chain on this
 * machine, so nothing of an account is in the program, and nothing of the token anywhere but in the one request.
 */
import { DrayageError } from "../../spec/drayage-error";
import { isMissing, packageMissing } from "../../spec/optional-package";
import type { EcrCredentialsSpec } from "../../spec/registry-credentials";
import { serverOf } from "./registry-credentials";
import type { CredentialIssuer } from "./registry-login";

type Sdk = Pick<typeof import("@aws-sdk/client-ecr"), "ECRClient" | "GetAuthorizationTokenCommand">;

/** The package is loaded with the first token that is asked for. */
export function ecrCredentials(
  load: () => Promise<Sdk> = () => import("@aws-sdk/client-ecr"),
): CredentialIssuer<EcrCredentialsSpec> {
  return {
    async issue(registry, spec) {
      const { authorizationToken, expiresAt } = await askForToken(await loaded(load, registry), registry, spec);
      const [username = "", password = ""] = split(Buffer.from(authorizationToken, "base64").toString());
      const credentials = { serveraddress: serverOf(registry), username, password };
      return { credentials, ...(expiresAt !== undefined && { expiresAt: expiresAt.getTime() }) };
    },
  };
}

async function loaded(load: () => Promise<Sdk>, registry: string): Promise<Sdk> {
  try {
    return await load();
  } catch (error) {
    if (isMissing("@aws-sdk/client-ecr", error)) throw packageMissing("@aws-sdk/client-ecr", `a token for ${registry}`, error);
    throw error;
  }
}

async function askForToken({ ECRClient, GetAuthorizationTokenCommand }: Sdk, registry: string, spec: EcrCredentialsSpec) {
  const { region, profile, endpoint } = spec;
  const client = new ECRClient({
    region,
    ...(profile !== undefined && { profile }),
    ...(endpoint !== undefined && { endpoint }),
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 15_000 },
  });
  try {
    const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}));
    const [data] = authorizationData ?? [];
    if (data?.authorizationToken === undefined) throw new Error("the answer holds no token");
    return { authorizationToken: data.authorizationToken, expiresAt: data.expiresAt };
  } catch (error) {
    throw failure(error, registry, spec);
  } finally {
    client.destroy();
  }
}

/** What the SDK throws: a name, and the status of the answer where one came. */
function failure(error: unknown, registry: string, { region, profile }: EcrCredentialsSpec): DrayageError {
  const { name, message, $metadata } = error as Error & { readonly $metadata?: { readonly httpStatusCode?: number } };
  const details = { subject: `credentials of ${registry}`, cause: error };
  const status = $metadata?.httpStatusCode ?? 0;
  const nobody = ["CredentialsProviderError", "TokenProviderError"].includes(name);
  if (nobody) {
    return new DrayageError("REGISTRY_AUTH", `AWS knows nobody on this machine to ask for a token: ${message}`, {
      ...details,
      hint: `aws sso login${profile === undefined ? "" : ` --profile ${profile}`}, or AWS_PROFILE, on this machine: the hosts need no account.`,
    });
  }
  if (status >= 400 && status < 500) {
    return new DrayageError("REGISTRY_AUTH", `ECR in ${region} gives no token: ${name}: ${message}`, {
      ...details,
      hint: "Whoever runs drayage needs ecr:GetAuthorizationToken (docs/registries.md); expired credentials: log in again.",
    });
  }
  return new DrayageError("REGISTRY_UNREACHABLE", `ECR in ${region} could not be asked for a token: ${name}: ${message}`, {
    ...details,
    hint: "When it answers again, run the same command again; what runs goes on.",
  });
}

/** A password may hold colons, a user name may not. */
function split(text: string): [string, string] {
  const colon = text.indexOf(":");
  return [text.slice(0, colon), text.slice(colon + 1)];
}
