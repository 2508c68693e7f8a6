import { existsSync } from "node:fs";
import { aptInstall } from "../apt-install";
import type { Check } from "../check";

const path = "/usr/sbin/sshd";

/** For this project's own tests, which start one on a loopback port. Not for users: `dray doctor` does not ask for it. */
export const sshServerCheck: Check = {
  name: "ssh server",
  hint: "Install OpenSSH's server (Debian: `apt-get install openssh-server`), or do without the tests that need it.",
  look: async () =>
    existsSync(path) ? { ok: true, detail: path } : { ok: false, detail: "none, so the tests of connections cannot run" },
  // Where systemd runs, the package would open a login service that nobody asked for.
  obtain: async (machine) => {
    const hindrance = existsSync("/run/systemd/system")
      ? "systemd would start it"
      : await aptInstall(machine, ["openssh-server"]);
    return { ok: true, detail: hindrance === undefined ? path : `none (${hindrance}): the tests of connections are skipped` };
  },
};
