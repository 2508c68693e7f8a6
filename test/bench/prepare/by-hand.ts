/** What a person would type to make a bare host a Docker host with a data disk. */
import { run } from "../../../demo/workspace";
import type { BenchLab } from "../lab/bench-lab";

const daemon = {
  "log-driver": "json-file",
  "log-opts": { "max-file": "3", "max-size": "10m" },
  "live-restore": true,
  "default-address-pools": [{ base: "10.214.0.0/16", size: 24 }],
  "data-root": "/srv/data/docker",
};

const script = `set -e
mkfs.ext4 -q /dev/lab-disk
mkdir -p /srv/data /etc/docker
mount /dev/lab-disk /srv/data
echo '${JSON.stringify(daemon)}' > /etc/docker/daemon.json
apt-get -q update
DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install docker.io iptables
usermod -aG docker deploy
systemctl enable --now docker
`;

/** Seconds until the user's engine answers over ssh. */
export async function prepareByHand(lab: BenchLab, host: string, signal: AbortSignal): Promise<number> {
  const began = performance.now();
  const ran = await run("ssh", [...lab.sshArguments(host), "sudo sh -s"], lab.folder, { stdin: script, signal });
  if (ran.exitCode !== 0) throw new Error(`by hand on ${host}: ${ran.stderr.trim()}`);
  await lab.ssh(host, "docker version");
  return (performance.now() - began) / 1000;
}
