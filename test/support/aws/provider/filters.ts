import type { PlainRecord } from "../../../../sdk/provider/plain";
import { records, requiredText, texts } from "./values";

/** `filters: [{ name, values }]` of the package's functions. */
export function filters(args: PlainRecord): { Filters?: { Name: string; Values: string[] }[] } {
  const given = records(args, "filters").map((it) => ({ Name: requiredText(it, "name"), Values: texts(it, "values") ?? [] }));
  return given.length === 0 ? {} : { Filters: given };
}
