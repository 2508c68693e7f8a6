/** What sudo's last words mean. Pure. */
import { DrayageError } from "../../spec/drayage-error";

/** Undefined when it was not sudo that failed. @param user as ssh logs in, when the program says it. */
export function sudoError(host: string, stderr: string, exitCode: number, user: string | undefined): DrayageError | undefined {
  const missing = /sudo: (command )?not found/i.test(stderr);
  const refused =
    /a (password|terminal) is required|no tty present|must have a tty|not in the sudoers|(not allowed|may not) (to )?(execute|run)/i;
  if (exitCode === 0 || !(missing || refused.test(stderr))) return undefined;
  const name = user ?? "USER";
  const line = `${name} ALL=(ALL) NOPASSWD: ALL`;
  return new DrayageError(
    "SUDO_REQUIRED",
    missing ? `${host} has no sudo, and ${name} is not root there` : `${name} has no password-less sudo on ${host}`,
    {
      subject: host,
      hint: missing
        ? `Log in as root, or install sudo there and write into /etc/sudoers.d/drayage: ${line}`
        : `As root on the host: echo '${line}' > /etc/sudoers.d/drayage`,
    },
  );
}
