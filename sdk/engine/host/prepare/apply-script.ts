import { fixedScript, joinScripts } from "../../connection/shell";
import { installScript } from "./install-script";
import { scriptBasics } from "./script-basics";

/**
 * Does one named operation, after it looked whether that is still right. What programs print goes to a log on the host and not into
 * the connection: an operator who dies in the middle must not end an installation half-way. Exit code 3: the world is not as planned.
 */
export const applyScript = joinScripts(
  scriptBasics,
  fixedScript`
trap '' PIPE HUP
log="$root/var/log/drayage-prepare.log"
operation=$(value operation)
(umask 077 && mkdir -p "$root/var/log" && printf '\n# %s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$operation" >> "$log")
logged() { "$@" >> "$log" 2>&1 < /dev/null; }
fail() { tail -n 12 "$log" >&2; printf '%s\n' "$1" >&2; exit 1; }
moved() { printf '%s\n' "$1" >&2; exit 3; }
must() { logged "$@" || fail "$* failed"; }
# Appears whole, and is on the disk before anything relies on it.
write_file() {
  mkdir -p "$(dirname "$1")" && base64 -d > "$1.drayage-new" && chmod 644 "$1.drayage-new" && sync "$1.drayage-new" \
    && mv "$1.drayage-new" "$1" && sync "$(dirname "$1")" || fail "$1 could not be written"
}
mkdir -p "$root/run" && exec 9> "$root/run/drayage-prepare.lock"
flock -w 600 9 || fail "another drayage has been preparing this host for 10 minutes"
`,
  installScript,
  fixedScript`
format_disk() {
  device=$(value device); filesystem=$(value filesystem)
  number=$(device_number "$device")
  [ -n "$number" ] || moved "there is no block device $device"
  real=$(readlink -f "$device")
  found=$(blkid -p -o export "$real"); code=$?
  # Formatted by a run that was killed before it could say so.
  [ $code = 0 ] && printf '%s\n' "$found" | grep -qx 'LABEL=drayage-data' && return
  [ $code = 2 ] || moved "$device is not blank any more"
  case $(zeros_first "$real") in
    yes) ;;
    unread) moved "$device cannot be read" ;;
    *) moved "$device is not blank any more" ;;
  esac
  grep -q " $number " /proc/self/mountinfo && moved "$device is in use"
  must "mkfs.$filesystem" -q -L drayage-data "$real"
}

mount_disk() {
  unit=$(mount_unit)
  [ -n "$(ls -A "$mount_point" 2>/dev/null)" ] && [ -z "$(mounted_number "$mount_point")" ] && moved "$mount_point is not empty"
  mkdir -p "$mount_point" /var/lib/drayage
  value mountUnit | write_file "$units/$unit" || exit
  value recordUnit | write_file "$record_unit" || exit
  must systemctl daemon-reload
  must systemctl start "$unit"
  [ "$(mounted_number "$mount_point")" = "$(device_number "$(value device)")" ] || fail "$(value device) is not mounted at $mount_point"
  mkdir -p "$mount_point/docker" "$mount_point/drayage" && chmod 700 "$mount_point/drayage"
  must systemctl start var-lib-drayage.mount
}

guard_engine() {
  value guard | write_file "$guard" || exit
  must systemctl daemon-reload
}

arrange_shutdown() {
  value shutdownScript | write_file "$shutdown_script" || exit
  value shutdownUnit | write_file "$shutdown_unit" || exit
  must systemctl daemon-reload
}

write_daemon_json() {
  [ -f "$daemon_json" ] && cp -p "$daemon_json" "$daemon_json.drayage-before"
  value content | write_file "$daemon_json" || exit
}

start_engine() {
  logged systemctl reset-failed docker.service docker.socket
  must systemctl enable $engine_unit
  must systemctl start $engine_unit
  rm -f "$daemon_json.drayage-before"
}

# Settings that came from a reload already hold in the restart: with live-restore, containers run on.
restart_engine() {
  logged systemctl reload $engine_unit && sleep 1
  logged systemctl restart $engine_unit && rm -f "$daemon_json.drayage-before" && return
  if [ -f "$daemon_json.drayage-before" ]; then
    cp -p "$daemon_json" "$daemon_json.drayage-refused"
    mv "$daemon_json.drayage-before" "$daemon_json"
    logged systemctl reset-failed docker.service docker.socket
    logged systemctl restart $engine_unit && fail "the engine refuses its new daemon.json (kept as daemon.json.drayage-refused); it runs with the one before"
  fi
  logged journalctl -u docker.service -n 10 --no-pager -o cat
  fail "the engine does not start"
}

join_group() {
  getent group docker > /dev/null || must groupadd --system docker
  must usermod -aG docker "$(login_user)"
}

case $operation in
  "install tools" | "install engine") install_packages ;;
  "format disk") format_disk ;;
  "mount disk") mount_disk ;;
  "guard engine") guard_engine ;;
  "arrange shutdown") arrange_shutdown ;;
  "write daemon.json" | "change daemon.json") write_daemon_json ;;
  "enable engine") must systemctl enable $engine_unit ;;
  "start engine") start_engine ;;
  "restart engine") restart_engine ;;
  "join group") join_group ;;
  *) fail "unknown operation $operation" ;;
esac
exit 0
`,
);
