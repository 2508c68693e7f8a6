import type { ServiceContainer } from "../fleet/service-containers";
import { humanAge } from "./human";
import type { Paint } from "./paint";
import { type Column, renderTable } from "./table";

export function renderPs(containers: readonly ServiceContainer[], now: number, paint: Paint): string {
  const columns: Column<ServiceContainer>[] = [
    { title: "WORKLOAD", text: (it) => it.workload },
    { title: "SERVICE", text: (it) => `${it.service}.${it.replica}` },
    { title: "HOST", text: (it) => it.host },
    { title: "STATE", text: stateText, paint: (it, padded) => stateColour(it, paint)(padded) },
    { title: "AGE", text: (it) => humanAge(it.createdAt, now), align: "right" },
    { title: "PORTS", text: (it) => it.ports.join(" ") || "-" },
    { title: "IMAGE", text: (it) => shortImage(it.image) },
    { title: "CONTAINER", text: (it) => it.name },
  ];
  return renderTable(columns, containers, paint);
}

function stateText(it: ServiceContainer): string {
  const health = it.health === "none" ? "" : `, ${it.health}`;
  return `${it.state}${health}${it.stage === "current" ? "" : ` (${it.stage})`}`;
}

function stateColour(it: ServiceContainer, paint: Paint): (text: string) => string {
  if (it.state !== "running" || it.health === "unhealthy") return paint.red;
  return it.health === "starting" ? paint.yellow : paint.green;
}

/** `sha256:0123…` is of no use to a person at full length. */
function shortImage(image: string): string {
  return image.startsWith("sha256:") ? image.slice(7, 19) : image;
}
