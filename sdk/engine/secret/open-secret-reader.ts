/** The operator's secrets, for whoever may not reach into the operator's files. */
export { createSecretReader, type SecretReader } from "../../context/secrets/secret-reader";
export type { FoundSecret, MissingSecret } from "../../context/secrets/secret-source";
