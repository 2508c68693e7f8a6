/** Why a workload cannot live on a host, all reasons together, and which of the program's other hosts would do. Pure. */
import { DrayageError } from "../../spec/drayage-error";
import type { HostFit, Lack } from "../../spec/host-fit";

export interface Candidate {
  /** The program's name for the host. */
  readonly host: string;
  /** undefined: it did not answer. */
  readonly fit: HostFit | undefined;
}

/** @throws NEEDS_UNMET when the host lacks something */
export function refuseUnfit(workload: string, { host, fit }: Candidate, others: readonly Candidate[]): void {
  if (fit === undefined || fit.lacks.length === 0) return;
  throw new DrayageError("NEEDS_UNMET", `${workload} cannot live on ${host}: ${fit.lacks.map(reason).join("; ")}`, {
    subject: `${workload} on ${host}`,
    hint: advice(host, others),
  });
}

const reason = ({ by, wanted, has }: Lack): string => `${by} asks for ${wanted}, and it has ${has}`;

function advice(host: string, others: readonly Candidate[]): string {
  const names = (which: (fit: HostFit) => boolean) =>
    others.filter(({ fit }) => fit !== undefined && which(fit)).map((it) => it.host);
  const good = names(({ lacks, open }) => lacks.length === 0 && !open);
  const open = names(({ lacks, open }) => lacks.length === 0 && open);
  const silent = others.filter(({ fit }) => fit === undefined).map((it) => it.host);
  const would = good.length > 0 ? `${listed(good)} would do: host: ${good[0]}` : noneWould(others);
  const might = open.length > 0 ? `; ${listed(open)} may, once it exists` : "";
  const unasked = silent.length > 0 ? `; ${listed(silent)} did not answer` : "";
  const less = good.length > 0 ? "" : `. Give ${host} what is missing, declare another host, or ask for less in needs`;
  return `${would}${might}${unasked}${less}.`;
}

function noneWould(others: readonly Candidate[]): string {
  const short = others.flatMap(({ host, fit }) =>
    fit === undefined || fit.lacks.length === 0 ? [] : [`${host} lacks ${listed(fit.lacks.map(({ wanted }) => wanted))}`],
  );
  return short.length === 0 ? "The program has no other host that would do" : `No other host would do: ${short.join("; ")}`;
}

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
