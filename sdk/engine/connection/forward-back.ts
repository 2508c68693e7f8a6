/** A loopback port of this machine, reachable on the host's loopback. */
import { DrayageError } from "../../spec/drayage-error";
import type { Connection } from "./connection";
import { tellMaster } from "./ssh-master";

export async function forwardBack(
  host: string,
  localPort: number,
  controlPath: string,
  sshCommand: string,
): ReturnType<Connection["forwardBack"]> {
  const told = await tellMaster(sshCommand, controlPath, { kind: "forwardBack", port: localPort });
  const port = Number(told.stdout.trim());
  if (told.exitCode !== 0 || !Number.isInteger(port) || port <= 0)
    throw new DrayageError(
      "HOST_UNSUPPORTED",
      `sshd of ${host} does not forward a port back: ${told.stderr.trim() || told.stdout.trim()}`,
      {
        subject: host,
        hint: "Allow it in its sshd_config: AllowTcpForwarding yes, and no PermitListen that excludes 127.0.0.1.",
      },
    );
  return {
    port,
    close: async () => {
      await tellMaster(sshCommand, controlPath, { kind: "cancelBack", port: localPort });
    },
  };
}
