/**
 * The disks of EBS volumes: files in a container of their own, each behind a loop device that any machine of the lab can have a node
 * of. The devices are detached already and live as long as somebody has them open, so that a killed test leaves none.
 */
import type { ContainerBody, DockerEngine } from "../../../sdk/engine/docker/docker-engine";
import { containerPower } from "../../../sdk/lab/lab-container";
import { labLabels } from "../../../sdk/lab/lab-labels";
import type { LabState } from "../../../sdk/lab/lab-state";

const folder = "/ebs";

export class EbsStore {
  /** Volume → minor number of its loop device. */
  private readonly devices = new Map<string, number>();
  private readonly files = new Set<string>();

  private constructor(
    private readonly docker: DockerEngine,
    private readonly containerId: string,
  ) {}

  /** @param image any of the lab's: it needs losetup. */
  static async start(docker: DockerEngine, lab: LabState, image: string): Promise<EbsStore> {
    const body: ContainerBody = {
      Image: image,
      Entrypoint: ["sh", "-c", `mkdir -p ${folder} && exec sleep infinity`],
      Labels: labLabels(lab.id),
      HostConfig: { ...containerPower(lab.privileged ?? true), Init: true, NetworkMode: "none" },
    };
    const id = await docker.createContainer(`drayage-lab-${lab.name}-${lab.id.slice(0, 6)}-ebs-${process.pid}`, body);
    await docker.startContainer(id);
    return new EbsStore(docker, id);
  }

  get volumes(): string[] {
    return [...this.files].sort();
  }

  /** The device of the volume, of which nothing is on it yet unless it was made from a snapshot. Kept until `remove`. */
  async device(volume: string, gibibytes: number, snapshot?: string): Promise<number> {
    const known = this.devices.get(volume);
    if (known !== undefined) return known;
    const told = await this.run(attachScript, volume, String(gibibytes), snapshot ?? "");
    const minor = Number(told);
    this.files.add(volume);
    this.devices.set(volume, minor);
    return minor;
  }

  /** As it is now. A volume that no machine ever had is blank. */
  async snapshot(volume: string, snapshot: string): Promise<void> {
    await this.run(`sync; [ ! -e $0 ] && : > $1 || cp --sparse=always $0 $1`, volume, snapshot);
    this.files.add(snapshot);
  }

  /** A volume or a snapshot. Whoever still has the device open keeps what was in it. */
  async remove(name: string): Promise<void> {
    await this.run(`[ ! -e $0.pid ] || kill $(cat $0.pid); rm -f $0 $0.pid`, name);
    this.files.delete(name);
    this.devices.delete(name);
  }

  async stop(): Promise<void> {
    await this.docker.removeContainer(this.containerId, { force: true });
  }

  private async run(script: string, ...names: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.docker.exec(this.containerId, [
      "sh",
      "-c",
      `cd ${folder} && { ${script}\n}`,
      ...names,
    ]);
    if (exitCode === 0) return stdout.toString().trim();
    throw new Error(`the store of EBS volumes: ${names.join(" ")}: ${stderr}`);
  }
}

/** Opened before it is detached, or its number would be free for somebody else. */
const attachScript = `
[ -e "$0" ] || { [ -n "$2" ] && cp --sparse=always "$2" "$0"; }
[ -e "$0" ] || : > "$0"
truncate -s "$1G" "$0"
[ -e /dev/loop-control ] || mknod /dev/loop-control c 10 237
for attempt in 1 2 3 4 5 6 7 8; do
  loop=$(losetup -f) || exit 1
  number=\${loop#/dev/loop}
  [ -e "$loop" ] || mknod "$loop" b 7 "$number"
  losetup "$loop" "$0" && break
  [ $attempt = 8 ] && exit 1
done
exec 9< "$loop"
setsid sleep infinity <&9 > /dev/null 2>&1 9<&- &
echo $! > "$0.pid"
losetup -d "$loop"
echo "$number"`;
