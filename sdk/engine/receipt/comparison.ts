/** What comes of comparing two receipts. */
export interface Comparison {
  readonly equal: boolean;
  /** Which workload of one side was held against which of the other. */
  readonly pairs: readonly { readonly a: string; readonly b: string }[];
  readonly findings: readonly Finding[];
}

export interface Finding {
  /**
   * difference: they do not run the same. environment: the machines differ in something that can matter. unknown: it could not be
   * told whether they differ. skipped: nobody asked. allowed: an address, an id, a time, a size of the machine.
   */
  readonly kind: "difference" | "environment" | "unknown" | "skipped" | "allowed";
  /** Of side A, where B's is called otherwise. Absent for what concerns the hosts. */
  readonly workload?: string;
  /** `services.api.environment.LOG_LEVEL`, `volumes.data`, `host.kernel`. */
  readonly path: string;
  /** JSON; undefined: it is not there. */
  readonly a: unknown;
  readonly b: unknown;
  /** What the values alone do not say. */
  readonly note?: string;
  /** Whose data this is about. */
  readonly volume?: string;
  /** Of differing data: some of the files, with what differs. */
  readonly files?: readonly string[];
}

/** environment findings count as well only where somebody asked for it. */
export function isEqual(findings: readonly Finding[], options: { readonly strict?: boolean } = {}): boolean {
  return !findings.some(
    ({ kind }) => kind === "difference" || kind === "unknown" || (options.strict === true && kind === "environment"),
  );
}

export function difference(path: string, a: unknown, b: unknown): Finding {
  return { kind: "difference", path, a, b };
}

export function allowed(path: string, a: unknown, b: unknown): Finding {
  return { kind: "allowed", path, a, b };
}

/** Of both sides, each once, sorted. */
export function namesOf(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
}
