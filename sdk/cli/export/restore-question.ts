/** What a person agrees to before a workload is restored: what is taken, as of when, and what nobody can know. Pure. */
import type { DataSource } from "./data-source";
import type { ServingDisk } from "./own-disk";

/** "empty": its data is given up. undefined: it holds none. */
export type Given = Pick<DataSource, "text" | "at"> | ServingDisk | "empty" | undefined;

export interface RestoreAsked {
  readonly workload: string;
  readonly lost: string;
  readonly to: string;
  readonly given: Given;
  /** Of the host, which the services mount. */
  readonly folders: readonly string[];
}

/** Without its first sentence, which is the caller's to paint. */
export function restoreQuestion({ workload, lost, to, given, folders }: RestoreAsked): string {
  const mounted = folders.length === 0 ? [] : [`Folders of the host that it mounts are not looked at: ${folders.join(", ")}.`];
  return [
    `${workload} comes up on ${to}: ${givenText(given, lost)}.`,
    ...(isDisk(given) ? diskText(given) : []),
    ...mounted,
    `Should ${lost} come back, it must not serve: two copies would go different ways.`,
  ].join(" ");
}

/** Said where the data comes from elsewhere, or from nowhere yet. */
export function diskOffer({ host, volumes, deploy }: ServingDisk, workload: string): string {
  const newest = deploy === undefined ? "" : `; its newest deploy there is of ${deploy.at}`;
  return `${host}'s own disk has data of ${workload} (${volumes.join(", ")}${newest}): --from ${host} goes on with that`;
}

export const isDisk = (given: Given): given is ServingDisk => typeof given === "object" && "kind" in given;

function givenText(given: Given, lost: string): string {
  if (given === undefined) return "it holds no data";
  if (given === "empty") return "all its data is given up";
  if (!isDisk(given)) return `data of ${given.at} from ${given.text}; what was written later is lost`;
  return `it goes on with the data that is on ${given.host}'s own disk (${given.volumes.join(", ")}), and nothing is brought in. That is as of when the disk was last written, or of the snapshot that it was made from: when that was cannot be known from it, and what ${lost} wrote later is lost`;
}

function diskText({ host, deploy, running }: ServingDisk): string[] {
  const last = deploy?.isLast;
  const known =
    last === undefined
      ? ""
      : last
        ? ": the images and configuration that ran last"
        : ": not the images and configuration that ran last, so that the disk is older than those";
  return [
    ...(deploy === undefined ? [] : [`Its newest deploy there is of ${deploy.at}${known}.`]),
    ...(running === 0
      ? []
      : [
          `Containers of it run on ${host} already, as Docker starts them when the machine boots: what they have written since then stays.`,
        ]),
  ];
}
