import type { Paint } from "./paint";

export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  readonly align?: "left" | "right";
  /** Colours a cell after it was padded, so that widths stay true. */
  readonly paint?: (row: Row, padded: string) => string;
}

/** Left-aligned columns two spaces apart, a dim heading; no rows give "". */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], paint: Paint): string {
  if (rows.length === 0) return "";
  const widths = columns.map((column) => Math.max(column.title.length, ...rows.map((row) => width(column.text(row)))));
  const heading = columns.map((column, i) => pad(column.title, widths[i] ?? 0, column.align)).join("  ");
  const lines = rows.map((row) => columns.map((column, i) => cell(column, row, widths[i] ?? 0)).join("  "));
  return [paint.dim(heading.trimEnd()), ...lines.map((line) => line.trimEnd())].join("\n");
}

export function pad(text: string, to: number, align: "left" | "right" = "left"): string {
  const missing = " ".repeat(Math.max(0, to - width(text)));
  return align === "right" ? missing + text : text + missing;
}

/** Cuts from the right, marking the cut. */
export function clip(text: string, to: number): string {
  const letters = [...text];
  return letters.length <= to ? text : `${letters.slice(0, Math.max(0, to - 1)).join("")}…`;
}

function cell<Row>(column: Column<Row>, row: Row, to: number): string {
  const padded = pad(column.text(row), to, column.align);
  return column.paint ? column.paint(row, padded) : padded;
}

function width(text: string): number {
  return [...text].length;
}
