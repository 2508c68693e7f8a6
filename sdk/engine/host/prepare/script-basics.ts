import { fixedScript } from "../../connection/shell";

/**
 * What both modes of the script share. The request is one flat JSON object whose strings hold neither quotes nor backslashes (see
 * prepare-request.ts), so that sed can read it; its values are only ever used quoted.
 */
export const scriptBasics = fixedScript`
LC_ALL=C; PATH="$PATH:/usr/sbin:/sbin"; export LC_ALL PATH
umask 022
request=$(cat)
root=
value() { printf '%s\n' "$request" | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
say() { printf '%s=%s\n' "$1" "$2"; }
engine_unit=docker.service
daemon_json="$root/etc/docker/daemon.json"
units="$root/etc/systemd/system"
guard="$units/docker.service.d/50-drayage.conf"
shutdown_unit="$units/docker.service.d/60-drayage-shutdown.conf"
shutdown_script="$root/usr/local/sbin/drayage-stop-containers"
record_unit="$units/var-lib-drayage.mount"
mount_point=$(value mountPoint)
mount_unit() { systemd-escape --path --suffix=mount "$mount_point"; }
login_user() { if [ -n "$SUDO_USER" ]; then printf '%s\n' "$SUDO_USER"; else id -un; fi; }
# Major and minor number of the block device behind a path, as /proc/self/mountinfo has them; nothing when there is none.
device_number() {
  real=$(readlink -f "$1") && [ -b "$real" ] || return
  printf '%d:%d\n' $(stat -c '0x%t 0x%T' "$real")
}
# Whether the first MiB is nothing but zeros. Bytes are counted: of a disk that cannot be read there are none, and blkid says the same
# of it as of a blank one.
zeros_first() {
  if [ "$(head -c 1048576 "$1" | tr -cd '\0' | wc -c)" = 1048576 ]; then echo yes
  elif [ "$(head -c 1048576 "$1" | wc -c)" = 1048576 ]; then echo no
  else echo unread; fi
}
# The same of what is mounted there; nothing when it is no mount point.
mounted_number() { awk -v at="$1" '$5 == at { number = $3 } END { if (number != "") print number }' /proc/self/mountinfo; }
`;
