/** The two sides of a comparison, as receipts: read from a file, or taken from the hosts now. */
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Receipt } from "../../engine/receipt/receipt";
import type { ReceiptRequest } from "../../engine/receipt/receipt-request";
import { parseReceipt } from "../../engine/receipt/receipt-schema";
import { type OpenReceipt, takeReceipt } from "../../engine/receipt/take-receipt";
import type { StackOptions } from "../common-options";
import { openDial } from "../fleet/dial";
import { Fleet } from "../fleet/fleet";
import { programDirOf } from "../fleet/with-fleet";
import { readNamedFile } from "../named-file";
import { chooseStack } from "../project/choose-stack";
import { findProject, type Project } from "../project/find-project";
import { knownStacks } from "../project/known-stacks";
import { loadStackState } from "../state/load-state";
import { noState } from "../state/stack-state";
import { systemClock } from "../system-clock";
import type { Terminal } from "../terminal/terminal";
import { chooseSide, type KnownNames, type Side } from "./choose-side";
import { receiptKey } from "./receipt-key";
import { receiptSubjects } from "./receipt-subjects";

export interface OpenSide {
  readonly side: Side;
  readonly receipt: Receipt;
  /** Absent for a file. */
  readonly open?: OpenReceipt;
}

export interface SidesRequest {
  readonly names: readonly [string, string];
  readonly data: boolean;
  readonly progress?: NonNullable<ReceiptRequest["progress"]>;
}

/** Opens both, and closes what was opened on hosts when `use` is done with them. */
export async function withSides<T>(
  options: StackOptions,
  { names, ...how }: SidesRequest,
  terminal: Terminal,
  use: (a: OpenSide, b: OpenSide) => Promise<T>,
): Promise<T> {
  const project = findProject(resolve(terminal.cwd, options.cwd ?? "."));
  const stacks = await openStacks(project, options, terminal, names);
  const sides = names.map((name) => chooseSide(name, stacks.known));
  const { dial, close } = openDial(terminal, programDirOf(project.dir));
  const opened: OpenSide[] = [];
  const openOne = async (side: Side): Promise<OpenSide> => {
    if (side.kind === "file") {
      const text = readNamedFile(side.path, terminal.cwd, "`dray receipt > FILE` writes one.");
      return { side, receipt: parseReceipt(text, side.path) };
    }
    const stack = side.kind === "stack" ? side.name : stacks.chosen;
    const fleet = new Fleet({ project, stack }, await stacks.state(stack), dial);
    const only = side.workload === undefined ? {} : { workload: side.workload };
    const subjects = await receiptSubjects(fleet, side.kind === "host" ? { host: side.name, ...only } : only);
    const key = receiptKey(project.dir, terminal.env);
    const open = await takeReceipt({ project: project.name, stack, subjects, key, clock: systemClock, ...how });
    return { side, receipt: open.receipt, open };
  };
  try {
    const results = await Promise.allSettled(sides.map(openOne));
    opened.push(...results.flatMap((it) => (it.status === "fulfilled" ? [it.value] : [])));
    const failed = results.find((it) => it.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    const [a, b] = opened as [OpenSide, OpenSide];
    return await use(a, b);
  } finally {
    await Promise.all(opened.map(({ open }) => open?.close()));
    await close();
  }
}

/** Which stack hosts belong to is asked only when a name is no file and no stack: a program may have many stacks, and none selected. */
async function openStacks(project: Project, options: StackOptions, terminal: Terminal, names: readonly string[]) {
  const stacks = knownStacks(project, terminal);
  const isFile = (path: string): boolean => {
    const absolute = resolve(terminal.cwd, path);
    return existsSync(absolute) && statSync(absolute).isFile();
  };
  const state = async (stack: string) => loadStackState({ project, stack }, terminal);
  const needsHosts = names.some(
    (name) => !isFile(name) && !/^(stack|file):/.test(name) && !stacks.includes(name.split("/")[0] ?? ""),
  );
  const chosen = needsHosts || options.stack !== undefined ? chooseStack(project, options.stack, terminal.env) : "";
  const { hosts, workloads } = chosen === "" ? noState : await state(chosen);
  const hostNames = [...hosts, ...workloads.flatMap((it) => it.placements)].map((host) => host.name);
  const known: KnownNames = { hosts: [...new Set(hostNames)], stacks, isFile };
  return { chosen, known, state };
}
