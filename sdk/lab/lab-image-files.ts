/**
 * What lab hosts are made of. One text per file of a build context, so that a change of any of them is a new image.
 *
 * systemd is PID 1, as on a real machine. What would reach out of the container is masked: units that load kernel modules,
 * set kernel parameters, mount kernel file systems or handle the machine's devices.
 */
type Files = Readonly<Record<string, string>>;

/** A machine with ssh and without an engine: what all lab hosts have in common. */
export const plainImageFiles: Files = {
  Dockerfile: `FROM BASE_IMAGE
RUN printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d \\
 && apt-get update \\
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends systemd systemd-sysv dbus openssh-server \\
      iproute2 procps kmod ca-certificates rsync e2fsprogs sudo \\
 && apt-get clean && rm -rf /var/lib/apt/lists/* /usr/sbin/policy-rc.d /etc/ssh/ssh_host_* \\
 && rm -f /etc/machine-id /var/lib/dbus/machine-id && : > /etc/machine-id \\
 && useradd --create-home --uid 1000 --shell /bin/bash deploy \\
 && systemctl mask systemd-udevd.service systemd-udevd-control.socket systemd-udevd-kernel.socket systemd-udev-trigger.service \\
      systemd-modules-load.service systemd-sysctl.service systemd-remount-fs.service systemd-firstboot.service \\
      dev-hugepages.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount sys-fs-fuse-connections.mount \\
      modprobe@.service getty.target console-getty.service systemd-logind.service \\
      apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer systemd-tmpfiles-clean.timer \\
 && systemctl set-default multi-user.target
COPY lab-entry /usr/local/sbin/lab-entry
COPY sshd.conf /etc/ssh/sshd_config.d/drayage-lab.conf
STOPSIGNAL SIGRTMIN+3
ENTRYPOINT ["/usr/local/sbin/lab-entry"]
`,
  // The container has a cgroup namespace of its own, so all that the inner engine makes lies below the container's cgroup
  // and goes with it; Docker mounts that tree read-only unless the container is privileged. /sys stays read-only on purpose.
  //
  // LAB_DISK is the size of a spare disk, /dev/lab-disk: a file behind a loop device that is detached already and lives as long as
  // somebody has it open, so that a killed host leaves none. A host whose disk is away has /etc/lab-disk-away.
  "lab-entry": `#!/bin/sh
for path in /proc/sys /sys/fs/cgroup /sys/fs/cgroup/*; do
  mountpoint -q "$path" && mount -o remount,rw,bind "$path"
done
attach_disk() {
  disk=/var/lib/lab-disk
  [ -e $disk ] || truncate -s "$LAB_DISK" $disk
  [ -e /dev/loop-control ] || mknod /dev/loop-control c 10 237
  for attempt in 1 2 3 4 5; do
    loop=$(losetup -f) || return
    number=\${loop#/dev/loop}
    [ -e "$loop" ] || mknod "$loop" b 7 "$number"
    losetup "$loop" $disk && break
    [ $attempt = 5 ] && return
  done
  mknod /dev/lab-disk b 7 "$number"
  # Open before it is detached, or its number would be free for another host.
  exec 9< /dev/lab-disk
  sleep infinity <&9 &
  losetup -d "$loop"
  exec 9<&-
}
[ -n "$LAB_DISK" ] && [ ! -e /etc/lab-disk-away ] && attach_disk
exec /sbin/init "$@"
`,
  // Throttles and session limits stay sshd's defaults: the product must live with them.
  "sshd.conf": `HostKey /etc/ssh/ssh_host_ed25519_key
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin no
AllowUsers deploy
`,
};

/** A host with an engine that \`deploy\` may use; \`deploy\` is nobody otherwise. */
export const labImageFiles: Files = {
  Dockerfile: `FROM BASE_IMAGE
RUN printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d \\
 && apt-get update \\
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends docker.io iptables \\
 && apt-get clean && rm -rf /var/lib/apt/lists/* /usr/sbin/policy-rc.d \\
 && usermod --append --groups docker deploy
COPY daemon.json /etc/docker/daemon.json
`,
  "daemon.json": `${JSON.stringify({
    bip: "10.214.255.1/24",
    "default-address-pools": [{ base: "10.214.0.0/17", size: 26 }],
  })}\n`,
};

/**
 * A host as a provider hands it over: no engine, and a user who may become root. The packages of an engine wait in apt's cache, so
 * that installing them costs no download.
 */
export const bareImageFiles: Files = {
  Dockerfile: `FROM BASE_IMAGE
RUN printf 'deploy ALL=(ALL) NOPASSWD: ALL\\n' > /etc/sudoers.d/deploy && chmod 440 /etc/sudoers.d/deploy \\
 && rm -f /etc/apt/apt.conf.d/docker-clean \\
 && apt-get update && apt-get install -y --download-only --no-install-recommends docker.io iptables \\
 && rm -f /var/cache/apt/*.bin
`,
};
