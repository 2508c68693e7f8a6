/**
 * Which EBS volumes a machine sees. Its kernel is this machine's and it has no udev, so nodes and names are made from outside: at once,
 * and by a unit before anything mounts when it starts again, since its /dev is new then.
 */
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import type { DockerEngine } from "../../../sdk/engine/docker/docker-engine";

/** Volume → minor number of its loop device. */
export type Disks = ReadonlyMap<string, number>;

/** Yields the volumes that were taken away while the machine had them mounted. */
export async function showDisks(docker: DockerEngine, containerId: string, disks: Disks): Promise<string[]> {
  await docker.putArchive(containerId, "/", await files(disks));
  if ((await docker.inspectContainer(containerId))?.State.Running !== true) return [];
  const { exitCode, stdout, stderr } = await docker.exec(containerId, ["sh", script]);
  if (exitCode !== 0) throw new Error(`the disks of ${containerId}: ${stderr}`);
  return stdout
    .toString()
    .split("\n")
    .filter((line) => line !== "");
}

const script = "/usr/local/sbin/lab-ebs";

/** As Linux has them on EC2: the volume's id without its dash. */
const nameOf = (volume: string): string => `nvme-Amazon_Elastic_Block_Store_${volume.replace("-", "")}`;

async function files(disks: Disks): Promise<Buffer> {
  const names = [...disks.keys()].map(nameOf);
  const tar = pack();
  tar.entry(
    { name: script.slice(1), mode: 0o755 },
    `#!/bin/sh
mkdir -p /dev/disk/by-id && cd /dev/disk/by-id
for name in nvme-Amazon_*; do
  [ -e "$name" ] || continue
  case " ${names.join(" ")} " in *" $name "*) continue ;; esac
  number=$(readlink "$name" | tr -cd 0-9)
  grep -q " 7:$number " /proc/1/mountinfo && echo "$name"
  rm -f "$name" "/dev/loop$number"
done
${[...disks].map(([volume, minor]) => `[ -e /dev/loop${minor} ] || mknod -m 660 /dev/loop${minor} b 7 ${minor}; ln -sfn ../../loop${minor} ${nameOf(volume)}`).join("\n")}
exit 0
`,
  );
  tar.entry({ name: "etc/systemd/system/lab-ebs.service" }, unit);
  const wants = "etc/systemd/system/sysinit.target.wants";
  tar.entry({ name: `${wants}/lab-ebs.service`, type: "symlink", linkname: "../lab-ebs.service" });
  tar.finalize();
  return buffer(tar);
}

const unit = `[Unit]
DefaultDependencies=no
Before=sysinit.target
[Service]
Type=oneshot
ExecStart=${script}
`;
