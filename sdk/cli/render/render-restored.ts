/** What `dray restore` says at its end. Pure. */
import type { Comparison } from "../../engine/receipt/comparison";
import type { RanComparison } from "../parity/compare-ran";
import type { Paint } from "./paint";

export interface Restored {
  readonly workload: string;
  readonly lost: string;
  readonly to: string;
  /** The program names the new host already. */
  readonly programSaysSo: boolean;
  /** Absent: it holds none, or it was given up. */
  readonly source?: "export" | "kept copy" | "own disk";
  /** ISO time. Absent: there was no data, or nothing tells of when it is. */
  readonly dataOf?: string;
  /** Of the newest deploy that the record on the disk knew. */
  readonly diskDeployedAt?: string;
}

export interface Parity {
  readonly ran: RanComparison | undefined;
  /** Against the receipt in the export, machines included. */
  readonly receipt: Comparison | undefined;
}

export interface RestoredFacts {
  readonly restored: Restored;
  readonly parity: Parity;
  /** Images that are pinned to what ran. */
  readonly kept: readonly string[];
  /** `--stack prod`, with a space before it; "" where nobody needs to say it. */
  readonly flags: string;
}

export function renderRestored({ restored, parity, kept, flags }: RestoredFacts, paint: Paint): string {
  const { workload, to, lost, programSaysSo } = restored;
  const edit = programSaysSo
    ? `Take ${lost} out of the program`
    : `The program still says ${lost}: write ${to} there, take ${lost} out`;
  return [
    `${workload} runs on ${to}, ${dataText(restored)}.`,
    ...parityLines(lost, parity, paint),
    ...kept.map(
      (image) => `image ${image} is kept as it ran; the program's folder has other content now (dray unpin ${image}${flags})`,
    ),
    `${edit}, and commit the pins file. See: dray status${flags}`,
  ].join("\n");
}

function dataText({ source, dataOf, lost, to, diskDeployedAt }: Restored): string {
  if (source === undefined) return "without data";
  if (source !== "own disk") return `with the data of ${dataOf}; what was written on ${lost} after that is lost`;
  const newest = diskDeployedAt === undefined ? "" : `, newest deploy ${diskDeployedAt}`;
  return `with the data that was on ${to}'s own disk${newest}; what ${lost} wrote after that disk's last write, or its snapshot, is lost`;
}

function parityLines(lost: string, { ran, receipt }: Parity, paint: Paint): string[] {
  const other = (receipt?.findings ?? []).filter(({ kind }) => kind === "difference");
  const found = [...(ran?.differences ?? []), ...other.map(({ path }) => path)];
  if (ran === undefined && receipt === undefined) return [];
  if (found.length > 0) return [`${paint.yellow("not as it ran")} on ${lost}: ${found.join(", ")}`];
  return [
    `${paint.green("as it ran")} on ${lost}: images and configuration of ${ran?.same.join(", ") || "all services"} are equal`,
  ];
}
