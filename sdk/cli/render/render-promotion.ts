import type { PromoteOutcome } from "../promote/promote-stack";
import type { PromotedImage } from "../promote/promoted";
import type { Ends } from "../promote/refuse-promotion";
import { humanBytes, shortHash } from "./human";
import type { Paint } from "./paint";
import { renderTable } from "./table";

export function renderPromotion({ images, file }: PromoteOutcome, { from, to }: Ends, paint: Paint): string {
  const table = renderTable<PromotedImage>(
    [
      { title: "IMAGE", text: (it) => it.name },
      { title: "CONTENT", text: (it) => (/^[0-9a-f]{64}$/.test(it.content) ? shortHash(it.content) : it.content) },
      { title: "IDENTITY", text: (it) => (it.equal ? "equal" : "DIFFERENT") },
      { title: "SENT", text: (it) => humanBytes(it.bytes), align: "right" },
    ],
    images,
    paint,
  );
  return `${table}\n\n${paint.bold(to)} runs what ${paint.bold(from)} runs: commit ${file}`;
}
