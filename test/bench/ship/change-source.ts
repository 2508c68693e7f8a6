import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A word in a constant of the Spring application, as a person would change it: code, not a comment that compiles away. */
export function changeSource(folder: string, round: number): void {
  const file = join(folder, "src/main/java/dev/drayage/orders/Application.java");
  const text = readFileSync(file, "utf8");
  const marker = /\n {4}static final String BENCH = "[^"]*";\n/;
  const line = `\n    static final String BENCH = "change ${round} of ${process.pid}";\n`;
  writeFileSync(file, marker.test(text) ? text.replace(marker, line) : text.replace(/(class Application \{\n)/, `$1${line}`));
}
