/**
 * With live-restore Docker leaves containers running when it stops. At a shutdown systemd would end them: all with SIGTERM, whatever they
 * want to be stopped by, and what ignores that after 90 seconds. This asks each as Docker itself does. Pure text.
 */
import { fixedScript } from "../../connection/shell";

export const shutdownScriptPath = "/usr/local/sbin/drayage-stop-containers";

/** Whole files of ours. */
export const shutdownScript = fixedScript`#!/bin/sh
# Written by drayage (prepare); changes are undone by the next up.
# The machine goes down and Docker is gone: stops its containers, each by its own signal and within its own grace period. Docker
# does not know of it, and starts them again at the next boot.
[ "$(systemctl is-system-running)" = stopping ] || exit 0
root=$(sed -n 's/.*"data-root"[[:space:]]*:[[:space:]]*"\([^"]*\)".*/\1/p' /etc/docker/daemon.json 2>/dev/null)
[ -n "$root" ] || root=/var/lib/docker
pids=
grace=10
for state in /run/docker/runtime-runc/moby/*/state.json; do
  [ -f "$state" ] || continue
  pid=$(sed -n 's/.*"init_process_pid":\([0-9]*\).*/\1/p' "$state")
  config="$root/containers/$(basename "$(dirname "$state")")/config.v2.json"
  signal=$(sed -n 's/.*"StopSignal":"\(SIG\)\{0,1\}\([A-Z0-9+-]*\)".*/\2/p' "$config")
  own=$(sed -n 's/.*"StopTimeout":\([0-9]*\).*/\1/p' "$config")
  [ "\${own:-0}" -gt $grace ] && grace=$own
  kill -s "\${signal:-TERM}" "$pid" && pids="$pids $pid"
done
until [ -z "$pids" ] || [ $grace -le 0 ]; do
  for tick in 1 2 3 4 5; do
    alive=
    for pid in $pids; do kill -0 "$pid" 2>/dev/null && alive="$alive $pid"; done
    pids=$alive
    [ -z "$pids" ] && exit 0
    sleep 0.2
  done
  grace=$((grace - 1))
done
for pid in $pids; do kill -9 "$pid"; done
exit 0
`;

/** Drop-in of docker.service. */
export const shutdownUnit = `# Written by drayage (prepare); changes are undone by the next up.
[Service]
ExecStopPost=/bin/sh ${shutdownScriptPath}
`;
