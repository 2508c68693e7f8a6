import type { Check } from "../check";
import { runProgram } from "../run-program";

export const sshClientCheck: Check = {
  name: "ssh client",
  hint: "Install OpenSSH (Debian: `apt-get install openssh-client`).",
  look: async ({ env }) => {
    const [ssh, keygen] = await Promise.all([runProgram("ssh", ["-V"], { env }), runProgram("ssh-keygen", ["-?"], { env })]);
    if (ssh.code !== 0) return { ok: false, detail: "there is no ssh" };
    if (keygen.code === 127) return { ok: false, detail: "there is ssh but no ssh-keygen" };
    return { ok: true, detail: ssh.stderr.trim().split(",")[0] ?? "" };
  },
};
