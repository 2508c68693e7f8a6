/** The rows of a benchmark as an aligned table. */
import type { Row, Unit } from "../measure/row";

const heads = ["case", "ours", "beside", "ratio", "goal", ""];

export function renderRows(name: string, rows: readonly Row[]): string {
  const lines = [heads, ...rows.map(cells)];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const text = lines.map((line) =>
    line
      .map((cell, column) => pad(cell, widths[column] ?? 0, column))
      .join("  ")
      .trimEnd(),
  );
  return [`${name}`, ...text.map((line) => `  ${line}`)].join("\n");
}

function cells(row: Row): string[] {
  const ratio = row.ratio === null ? "–" : row.ratio.toFixed(2);
  const verdict = row.goal === null ? "" : row.ok ? "ok" : "MISSED";
  return [row.case, quantity(row.ours, row.unit), quantity(row.beside, row.unit), ratio, row.goal ?? "–", verdict];
}

export function quantity(value: number | null, unit: Unit): string {
  if (value === null) return "–";
  if (Number.isNaN(value)) return "none";
  if (unit === "s") return `${value.toFixed(value < 10 ? 3 : 1)} s`;
  if (unit === "writes") return String(value);
  if (value < 1e4) return `${Math.round(value)} B`;
  return value < 1e6 ? `${(value / 1e3).toFixed(1)} kB` : `${(value / 1e6).toFixed(2)} MB`;
}

/** Text to the left, figures to the right. */
function pad(cell: string, width: number, column: number): string {
  return column >= 1 && column <= 3 ? cell.padStart(width) : cell.padEnd(width);
}
