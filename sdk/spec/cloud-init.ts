/**
 * What a machine is told for its first boot: the host key it will show, and one user. All else is done over ssh afterwards, so the
 * text is small and the same for every cloud. Pure: the same input gives the same bytes.
 */
import type { Problem } from "./drayage-error";
import { Place } from "./place";
import { fields, listOf, matching, requireKeys } from "./read";

export interface CloudInitInput {
  /** Login that the machine gets: root by sudo without a password, and in the group docker. Default `deploy`. */
  readonly user?: string;
  /** Public keys that open this login, at least one: `ssh-ed25519 AAAA… you@laptop`. */
  readonly authorizedKeys: readonly string[];
  /** The machine's own name for itself. Default: what the cloud calls it. */
  readonly hostname?: string;
}

export interface BootKey {
  /** PEM. */
  readonly privateKey: string;
  /** `ecdsa-sha2-nistp256 AAAA…` */
  readonly publicKey: string;
}

export interface CloudInitSpec {
  readonly user: string;
  readonly authorizedKeys: readonly string[];
  readonly hostname?: string;
}

/** Amazon's limit, the smallest of all clouds. */
export const userDataLimit = 16_384;

export function normaliseCloudInit(
  input: unknown,
  options: { readonly allowUnknown?: boolean } = {},
): { readonly spec: CloudInitSpec } | { readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const place = Place.root(problems, options);
  const read = readArguments(input, place) ?? {};
  requireKeys(input, ["authorizedKeys"], place);
  const { user = "deploy", authorizedKeys = [], hostname } = read;
  if (user === "root") place.key("user").problem("must not be root: sshd lets in a user of its own, who may use sudo");
  if (problems.length === 0 && authorizedKeys.length === 0) place.key("authorizedKeys").problem("is empty: nobody could log in");
  return problems.length > 0 ? { problems } : { spec: { user, authorizedKeys, ...(hostname === undefined ? {} : { hostname }) } };
}

/** The user data. `problem` when it is longer than clouds take. */
export function cloudInitText(key: BootKey, spec: CloudInitSpec): string | { readonly problem: Problem } {
  const text = render(key, spec);
  const size = Buffer.byteLength(text);
  if (size <= userDataLimit) return text;
  const reason = `makes user data of ${size} bytes; clouds take ${userDataLimit} at most, so give fewer keys`;
  return { problem: { path: "authorizedKeys", reason } };
}

/**
 * Changing one byte here makes machines of programs without `ignoreChanges` look new.
 *
 * With `ssh_keys` cloud-init makes no other key. (`ssh_genkeytypes: []` would say so once more, but its own schema refuses it.)
 * Without `default` among the users there is no other login.
 */
function render({ privateKey, publicKey }: BootKey, { user, authorizedKeys, hostname }: CloudInitSpec): string {
  return [
    "#cloud-config",
    "# drayage bootstrap 1. Read once, at the first boot: write ignoreChanges for it. All else comes over ssh.",
    ...(hostname === undefined ? [] : [`hostname: ${quoted(hostname)}`]),
    "ssh_deletekeys: true",
    "ssh_keys:",
    "  ecdsa_private: |",
    ...privateKey
      .trimEnd()
      .split("\n")
      .map((line) => `    ${line}`),
    `  ecdsa_public: ${quoted(publicKey)}`,
    "disable_root: true",
    "ssh_pwauth: false",
    "users:",
    `  - name: ${quoted(user)}`,
    "    shell: /bin/bash",
    "    lock_passwd: true",
    "    groups: [docker]",
    '    sudo: "ALL=(ALL) NOPASSWD:ALL"',
    "    ssh_authorized_keys:",
    ...authorizedKeys.map((key) => `      - ${quoted(key)}`),
    "",
  ].join("\n");
}

/** JSON's strings are YAML's double-quoted ones. */
const quoted = (text: string): string => JSON.stringify(text);

const publicKey = matching(
  "a public key such as 'ssh-ed25519 AAAA… you@laptop'",
  /^(ssh-(ed25519|rsa)|ecdsa-sha2-nistp(256|384|521)|sk-(ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com) AAAA[A-Za-z0-9+/]+={0,2}( [\x20-\x7e]*)?$/,
);
const readArguments = fields(
  {
    user: matching("a login name: lower-case letters, digits, - and _, at most 32", /^[a-z_][a-z0-9_-]{0,31}$/),
    // A private key that was given by mistake must not be shown.
    authorizedKeys: (value, place) => listOf(publicKey, "a list of public keys")(value, place.hidden()),
    hostname: matching("a host name: letters, digits, dots and dashes", /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/),
  },
  {
    sshKeys: "write them as 'authorizedKeys'",
    username: "write it as 'user'",
    packages: "user data only bootstraps: what the host needs is installed over ssh, by the Host's 'prepare'",
    runcmd: "user data only bootstraps: what the host needs is done over ssh, by the Host's 'prepare'",
  },
);
