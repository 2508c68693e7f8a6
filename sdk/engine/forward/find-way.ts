/** At which address an old host reaches the new one, found out from there: a refusal comes from the machine itself, silence from a firewall. */
import { isIP } from "node:net";
import { z } from "zod";
import type { DockerEngine } from "../docker/docker-engine";
import { runMover } from "../host/mover-container";

export interface Way {
  readonly address: string;
  /** Why a connection would not arrive; absent: it would, as far as can be seen. */
  readonly trouble?: string;
}

export interface WayQuestion {
  /** Best first, at least one. */
  readonly ways: readonly string[];
  readonly ports: readonly number[];
  /** Whether something is known to listen there. Where nothing is, an answer comes from another machine. */
  readonly listening: boolean;
}

/** Enough to tell a firewall; a workload with more ports has them open alike or says so at the first client. */
const triedPorts = 8;

/** Yields the first way on which every port answers, else the best one with what is wrong. Changes nothing, and never fails. */
export async function findWay(docker: DockerEngine, question: WayQuestion): Promise<Way> {
  const { ways, ports } = question;
  const tried = ways.map((address) => ports.slice(0, triedPorts).map((port) => ({ address, port })));
  try {
    const args = ["reach", ...tried.flat().map(({ address, port }) => dialled(address, port))];
    const exit = await runMover(docker, { args, network: "bridge" });
    if (exit.exitCode !== 0) throw new Error(exit.stderr.toString().trim() || `it ended with ${exit.exitCode}`);
    const { seen } = z.object({ seen: z.array(z.string()) }).parse(JSON.parse(exit.stdout.toString()));
    const answers = tried.map((one, index) => seen.slice(index * one.length, (index + 1) * one.length));
    return chooseWay(question, answers);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { address: ways[0] ?? "", trouble: `whether it is reached there could not be tried: ${why}` };
  }
}

/** `answers`: for each way, for each port, what was seen. Pure. */
export function chooseWay({ ways, ports, listening }: WayQuestion, answers: readonly (readonly string[])[]): Way {
  const fine = (seen: string): boolean => seen === "refused" || (seen === "connected" && listening);
  const good = ways.findIndex((_, index) => answers[index]?.every(fine));
  if (good >= 0) return { address: ways[good] ?? "" };
  const wrong = (answers[0] ?? []).flatMap((seen, index) => (fine(seen) ? [] : [`${ports[index]}: ${words[seen] ?? seen}`]));
  return { address: ways[0] ?? "", trouble: wrong.join(", ") };
}

/** What to say, and what to do. */
export function unreached(from: string, to: string, address: string, trouble: string): string {
  return (
    `${from} does not reach ${to} at ${address} (${trouble}): clients that still dial ${from} get no answer until ${to} lets ` +
    `${from} in on these ports; \`privateAddress\` on both hosts names another way`
  );
}

const words: Readonly<Record<string, string>> = {
  connected: "another machine answers",
  silent: "no answer",
};

function dialled(address: string, port: number): string {
  return isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}
