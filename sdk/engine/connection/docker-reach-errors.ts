/** Why no Docker engine answers on a host that we have reached. Pure. */
import { DrayageError } from "../../spec/drayage-error";

/** @param stderr of `docker system dial-stdio` on the host. @param exitCode of the same; 127 = no such command. */
export function dockerReachError(host: string, socket: string, stderr: string, exitCode: number | undefined): DrayageError {
  if (/permission denied/i.test(stderr)) return dockerDenied(host, socket);
  if (exitCode === 127 || /not found|no such file/i.test(stderr))
    return missing(
      host,
      `nothing answers at ${socket} of ${host}, and there is no docker command`,
      "Install Docker Engine 20.10 or newer there.",
    );
  if (/cannot connect to the docker daemon|failed to connect to the docker API|is the docker daemon running/i.test(stderr))
    return missing(host, `no Docker engine runs on ${host}: ${stderr.trim()}`, "Start it there: systemctl start docker");
  return missing(
    host,
    `no Docker engine answers at ${socket} of ${host}${stderr.trim() === "" ? "" : `: ${stderr.trim()}`}`,
    "Check on the host: docker version",
  );
}

export function dockerDenied(host: string, socket: string): DrayageError {
  return new DrayageError("DOCKER_PERMISSION", `the user on ${host} may not use ${socket}`, {
    subject: host,
    hint: "Add the user to the group docker there (usermod -aG docker USER); mind that this group is as good as root.",
  });
}

/** @param securityOptions of the engine's info. @throws HOST_UNSUPPORTED */
export function assertServable(host: string, securityOptions: readonly string[]): void {
  const names = securityOptions.flatMap((option) => option.split(",")).filter((part) => part.startsWith("name="));
  const found = names.map((name) => unserved[name.slice("name=".length)]).find((reason) => reason !== undefined);
  if (found !== undefined)
    throw new DrayageError("HOST_UNSUPPORTED", `${host} ${found.reason}`, { subject: host, hint: found.hint });
}

const unserved: Readonly<Record<string, { reason: string; hint: string }>> = {
  selinux: {
    reason: "runs Docker with SELinux labels, which the mover's mounts do not carry yet",
    hint: 'Set "selinux-enabled": false in its /etc/docker/daemon.json, or use another host.',
  },
  userns: {
    reason: "runs Docker with user namespace remapping, under which numeric owners of data would change",
    hint: 'Remove "userns-remap" from its /etc/docker/daemon.json, or use another host.',
  },
};

const missing = (host: string, message: string, hint: string): DrayageError =>
  new DrayageError("DOCKER_MISSING", message, { subject: host, hint });
