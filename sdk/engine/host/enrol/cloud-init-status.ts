/** What `cloud-init status` says. Pure: its exit codes differ between versions and distributions, its words do not. */
import type { ShellRun } from "../../connection/shell";

export type BootReport =
  /** `complaints`: parts of it went wrong, here or in what the cloud itself added. */
  | { readonly kind: "done"; readonly complaints: readonly string[] }
  | { readonly kind: "absent" }
  | { readonly kind: "unfinished"; readonly status: string };

export function readBootReport({ exitCode, stdout }: Pick<ShellRun, "exitCode" | "stdout">): BootReport {
  if (exitCode === 127) return { kind: "absent" };
  const { status, complaints } = parseJson(stdout) ?? { status: /^status: *(.+)$/m.exec(stdout)?.[1]?.trim(), complaints: [] };
  if (status === "disabled") return { kind: "absent" };
  if (status === "done" || status === "degraded done") return { kind: "done", complaints };
  if (status === "error")
    return { kind: "done", complaints: complaints.length > 0 ? complaints : ["cloud-init ended with an error"] };
  return { kind: "unfinished", status: status ?? "unknown" };
}

function parseJson(text: string): { readonly status: string | undefined; readonly complaints: readonly string[] } | undefined {
  try {
    // Some versions print a dot for each moment they have waited.
    const read = JSON.parse(text.slice(text.indexOf("{"))) as Record<string, unknown>;
    const recoverable = Object.values((read.recoverable_errors ?? {}) as Record<string, unknown>).flat();
    const errors = Array.isArray(read.errors) ? read.errors : [];
    const status = typeof read.status === "string" ? read.status : undefined;
    return { status, complaints: [...new Set([...errors, ...recoverable].map(String))] };
  } catch {
    return undefined;
  }
}
