/** Where exports lie, as a person writes it: a folder of this machine, or `ssh://user@host:port/folder`. Pure. */
import { isAbsolute, resolve } from "node:path";
import type { SshConnectionSpec } from "../../engine/connection/connection";
import { DrayageError } from "../../spec/drayage-error";

export type ExportPlace =
  | { readonly kind: "local"; readonly folder: string }
  | { readonly kind: "ssh"; readonly connection: SshConnectionSpec; readonly folder: string };

/** @throws USAGE */
export function readPlace(written: string, cwd: string): ExportPlace {
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(written))
    return { kind: "local", folder: isAbsolute(written) ? written : resolve(cwd, written) };
  const url = URL.canParse(written) ? new URL(written) : undefined;
  const folder = url && decodeURIComponent(url.pathname).replace(/\/+$/, "");
  if (url?.protocol !== "ssh:" || url.hostname === "" || !folder || url.password !== "") throw notUnderstood(written);
  const connection: SshConnectionSpec = {
    kind: "ssh",
    address: url.hostname.replace(/^\[|\]$/g, ""),
    ...(url.username !== "" && { user: decodeURIComponent(url.username) }),
    ...(url.port !== "" && { port: Number(url.port) }),
  };
  return { kind: "ssh", connection, folder };
}

/** The folder of one export: the store that holds it, and its name there. */
export function splitExport(place: ExportPlace): { readonly parent: ExportPlace; readonly name: string } {
  const cut = place.folder.lastIndexOf("/");
  return { parent: { ...place, folder: place.folder.slice(0, cut) || "/" }, name: place.folder.slice(cut + 1) };
}

function notUnderstood(written: string): DrayageError {
  return new DrayageError("USAGE", "This is no place for exports.", {
    subject: written,
    hint: "Write a folder of this machine, or ssh://user@host/absolute/folder (no password: ssh's keys and agent decide).",
  });
}
