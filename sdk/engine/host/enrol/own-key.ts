/** The machine's own host key: made there, so that its private half was never anywhere else. */
import { DrayageError } from "../../../spec/drayage-error";
import { type HostKey, parseHostKey } from "../../connection/host-key";
import { fixedScript, joinScripts, type Shell, type ShellRun } from "../../connection/shell";

/**
 * Makes the key unless an earlier, interrupted enrolment has (known by its comment: a key that came with the image is not the
 * machine's own), and lets sshd show it beside the injected one. Yields the public half.
 * @param injected fingerprint of the key that the machine was given.
 */
export async function serveOwnKey(shell: Shell, injected: string): Promise<HostKey> {
  const run = await shell.run(joinScripts(alone, makeKey, checkServer, reload, tellKey), { root: true, input: `${injected}\n` });
  const key = run.exitCode === 0 ? parseHostKey(run.stdout) : undefined;
  if (key?.type !== "ssh-ed25519") throw failed(shell.host, "could not make a key of its own", run);
  return key;
}

/**
 * Takes the injected key away, wherever sshd has it, and leaves all others. Does nothing the second time.
 * @param injected public key, `ecdsa-sha2-nistp256 AAAA…`. @param own the machine's own, which must be there, or sshd would have none.
 */
export async function removeInjectedKey(shell: Shell, injected: string, own: string): Promise<void> {
  const run = await shell.run(joinScripts(alone, removeKey, checkServer, reload), { root: true, input: `${injected}\n${own}\n` });
  if (run.exitCode !== 0) throw failed(shell.host, "could not drop the key it was given", run);
}

/** The script of a run that was killed goes on to its end: the next one waits for it. */
const alone = fixedScript`set -eu
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
exec 9>/run/drayage-host-key.lock
! command -v flock >/dev/null || flock 9`;

/** The mark comes last: what lacks it was not finished, or came with the image. */
const makeKey = fixedScript`umask 077
IFS= read -r injected
key=/etc/ssh/ssh_host_ed25519_key
mark="drayage $injected"
case "$(cat "$key.pub" 2>/dev/null)" in
  *" $mark") [ -s "$key" ] && made=yes || made=no ;;
  *) made=no ;;
esac
if [ "$made" = no ]; then
  new=$(mktemp -d /etc/ssh/.drayage-XXXXXX)
  trap 'rm -rf "$new"' EXIT
  ssh-keygen -q -t ed25519 -N '' -C "$mark" -f "$new/key"
  chmod 644 "$new/key.pub"
  mv -f "$new/key" "$key"
  sync
  mv -f "$new/key.pub" "$key.pub"
  ! command -v restorecon >/dev/null || restorecon "$key" "$key.pub" || :
fi`;

/** A configuration that names its keys may not name this one; one that does not hold must not be loaded. */
const checkServer = fixedScript`sshd -t
sshd -T | grep -qx 'hostkey /etc/ssh/ssh_host_ed25519_key' || {
  echo 'sshd_config names its host keys, and /etc/ssh/ssh_host_ed25519_key is not among them' >&2
  exit 3
}`;

/** Sessions that are open stay open. Debian calls the service ssh, others sshd. */
const reload = fixedScript`systemctl reload ssh 2>/dev/null || systemctl reload sshd 2>/dev/null || kill -HUP "$(cat /run/sshd.pid)"`;

/** From the private half: that is what sshd will show. */
const tellKey = fixedScript`ssh-keygen -y -f "$key"`;

const removeKey = fixedScript`IFS= read -r injected
IFS= read -r own
public() { ssh-keygen -y -f "$1" 2>/dev/null | cut -d ' ' -f 1,2; }
[ "$(public /etc/ssh/ssh_host_ed25519_key)" = "$own" ] || {
  echo '/etc/ssh/ssh_host_ed25519_key is not the key of this machine that sshd shows' >&2
  exit 3
}
for key in /etc/ssh/ssh_host_*_key; do
  [ "$(public "$key")" = "$injected" ] && rm -f "$key" "$key.pub"
done
sync`;

function failed(host: string, what: string, { stderr, stdout, exitCode }: ShellRun): DrayageError {
  const said = (stderr.trim() || stdout.trim()).split("\n").slice(-3).join("; ");
  return new DrayageError("HOST_UNSUPPORTED", `${what}: ${said || `the script ended with ${exitCode}`}`, {
    subject: host,
    hint: "Correct it on the host, then run the same command again: it goes on where this one stopped.",
  });
}
