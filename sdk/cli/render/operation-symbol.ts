import { operationSymbol } from "../../engine/plan/format-plan";
import type { Operation } from "../../engine/plan/plan";
import type { Paint } from "./paint";

/** Red stops or removes something, green makes something, yellow changes it, dim decides. */
export function paintedSymbol(operation: Operation, paint: Paint): string {
  const symbol = operationSymbol(operation);
  if (operation.destructive) return paint.red(symbol);
  if (symbol === "+") return paint.green(symbol);
  return symbol === "?" ? paint.dim(symbol) : paint.yellow(symbol);
}
