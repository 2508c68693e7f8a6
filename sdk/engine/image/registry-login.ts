/**
 * Credentials for registries: asked for when they are used, sent with that one request, kept nowhere but in memory and there only
 * as long as whoever issued them says that they last.
 */
import type { RegistryCredentialsSpec } from "../../spec/registry-credentials";
import type { Clock } from "../clock";
import type { RegistryCredentials } from "../docker/docker-engine";

/** Where credentials come from. One for each kind of RegistryCredentialsSpec; undefined: none, for public images. */
export interface CredentialIssuer<Spec = RegistryCredentialsSpec> {
  issue(registry: string, spec: Spec): Promise<IssuedCredentials | undefined>;
}

export interface IssuedCredentials {
  readonly credentials: RegistryCredentials;
  /** Milliseconds of the clock. Absent: they are asked for again each time. */
  readonly expiresAt?: number;
}

/** `spec` undefined: the operator's docker configuration. */
export type RegistryLogin = (registry: string, spec?: RegistryCredentialsSpec) => Promise<RegistryCredentials | undefined>;

export interface LoginParts {
  readonly clock: Pick<Clock, "now">;
  readonly operator: CredentialIssuer<undefined>;
  readonly issuers: {
    readonly [Kind in RegistryCredentialsSpec["kind"]]: CredentialIssuer<Extract<RegistryCredentialsSpec, { kind: Kind }>>;
  };
}

/** A pull takes a while: what expires within this time is asked for again. */
const MARGIN_MS = 10 * 60_000;

export function createRegistryLogin({ clock, operator, issuers }: LoginParts): RegistryLogin {
  const kept = new Map<string, Promise<IssuedCredentials | undefined>>();
  const issue = (registry: string, spec: RegistryCredentialsSpec | undefined) =>
    spec === undefined
      ? operator.issue(registry, undefined)
      : (issuers[spec.kind] as CredentialIssuer<RegistryCredentialsSpec>).issue(registry, spec);

  return async (registry, spec) => {
    const key = JSON.stringify([registry, spec]);
    const before = await kept.get(key)?.catch(() => undefined);
    if (before?.expiresAt !== undefined && clock.now() < before.expiresAt - MARGIN_MS) return before.credentials;
    const issuing = issue(registry, spec);
    kept.set(key, issuing);
    const issued = await issuing;
    if (issued?.expiresAt === undefined) kept.delete(key);
    return issued?.credentials;
  };
}
