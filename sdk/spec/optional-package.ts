/** Packages that npm installs only for whom they are named by: nobody else loads them. As `peerDependencies` of package.json says. */
import { DrayageError } from "./drayage-error";

export const optionalPackages = { "@aws-sdk/client-ecr": "3", "@pulumi/aws": "7", "@pulumi/docker": "5" } as const;

export type OptionalPackage = keyof typeof optionalPackages;

/** `needed` says by what: `drayage/docker`, `the registry …`. */
export function packageMissing(name: OptionalPackage, needed: string, cause?: unknown): DrayageError {
  return new DrayageError("PACKAGE_MISSING", `${needed} needs the package ${name}, which is not installed`, {
    subject: name,
    hint: `npm install ${name}@${optionalPackages[name]}`,
    cause,
  });
}

/** Whether loading failed because the package itself is not there, and not because something is wrong in it. */
export function isMissing(name: OptionalPackage, error: unknown): boolean {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  const absent = code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND";
  return absent && new RegExp(`['"]${name}(/[^'"]*)?['"]`).test(String(message));
}
