import { fixedScript, joinScripts } from "../../connection/shell";
import { scriptBasics } from "./script-basics";

/**
 * Reads, changes nothing. Prints `name=value`, and `name:base64` for the contents of a file. Run by a user it sees enough to tell that
 * nothing is missing; whatever else it finds, root has to look again.
 */
export const lookScript = joinScripts(
  scriptBasics,
  fixedScript`
file() { [ -f "$2" ] && printf '%s:%s\n' "$1" "$(base64 < "$2" | tr -d '\n')"; }

machine() {
  file osRelease /etc/os-release
  say arch "$(uname -m)"
  say machineId "$(cat /etc/machine-id 2>/dev/null)"
  [ -d /run/systemd/system ] && say systemd yes
  [ -d /var/snap/docker ] && say snap yes
  user=$(login_user)
  say user "$user"
  say groups "$(id -nG "$user")"
  [ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" = Y ] && ! command -v apparmor_parser >/dev/null && say apparmor missing
  return 0
}

engine() {
  if command -v dpkg-query >/dev/null; then
    dpkg-query -W -f '\${db:Status-Status} \${Package} \${Version}\n' docker.io docker-ce 2>/dev/null | sed -n 's/^installed /package=/p'
  else
    rpm -q --qf 'package=%{NAME} %{VERSION}-%{RELEASE}\n' docker docker-ce 2>/dev/null | grep '^package='
  fi
  command -v dockerd >/dev/null && say dockerd yes
  systemctl show $engine_unit -p LoadState -p ActiveState -p UnitFileState -p NeedDaemonReload -p ExecStart 2>/dev/null | sed 's/^/unit/'
  file daemonJson "$daemon_json"
  file guard "$guard"
  file shutdownUnit "$shutdown_unit"
  file shutdownScript "$shutdown_script"
  [ "$daemon_json" -nt /run/docker.pid ] && say daemonStale yes
  say running "$(ls /run/docker/runtime-runc/moby 2>/dev/null | wc -l)"
  data_root=$(sed -n 's/.*"data-root"[[:space:]]*:[[:space:]]*"\([^"]*\)".*/\1/p' "$daemon_json" 2>/dev/null)
  [ -n "$data_root" ] || data_root=/var/lib/docker
  say dataRoot "$data_root"
  for kept in "$data_root"/volumes/*/ "$data_root"/containers/*/; do [ -d "$kept" ] && say dataRootUsed yes && break; done
  [ -e /var/lib/drayage/record.json ] && say recordUsed yes
  return 0
}

disk() {
  device=$(value device)
  number=$(device_number "$device")
  if [ -z "$number" ]; then [ -e "$device" ] && say disk other || say disk missing; return; fi
  real=$(readlink -f "$device")
  say disk present
  say diskNumber "$number"
  if [ "$(id -u)" != 0 ]; then say diskTrusted yes; return; fi
  say diskBytes "$(blockdev --getsize64 "$real")"
  say diskParts "$(lsblk -rno NAME "$real" | wc -l)"
  found=$(blkid -p -o export "$real")
  say diskProbe $?
  printf '%s\n' "$found" | sed -n 's/^TYPE=/diskType=/p; s/^LABEL=/diskLabel=/p; s/^PTTYPE=/diskTable=/p'
  say diskZero "$(zeros_first "$real")"
  awk -v number="$number" '$3 == number && $4 == "/" { print "diskMount=" $5 }' /proc/self/mountinfo
  command -v "mkfs.$(value filesystem)" >/dev/null && say mkfs yes
  return 0
}

mounts() {
  say mountNumber "$(mounted_number "$mount_point")"
  say recordNumber "$(mounted_number /var/lib/drayage)"
  [ -n "$(ls -A "$mount_point" 2>/dev/null)" ] && say mountPointUsed yes
  file mountUnit "$units/$(mount_unit)"
  file recordUnit "$record_unit"
  say fstab "$(awk -v at="$mount_point" '$1 !~ /^#/ && $2 == at { print $1; exit }' /etc/fstab 2>/dev/null)"
}

machine
engine
[ -n "$(value device)" ] && disk && mounts
exit 0
`,
);
