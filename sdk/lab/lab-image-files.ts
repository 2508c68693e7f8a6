/**
 * What a lab host is made of. One text per file of the build context, so that a change of any of them is a new image.
 *
 * systemd is PID 1, as on a real machine. What would reach out of the container is masked: units that load kernel modules,
 * set kernel parameters, mount kernel file systems or handle the machine's devices.
 */
export const labImageFiles: Readonly<Record<string, string>> = {
  Dockerfile: `FROM BASE_IMAGE
RUN printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d \\
 && apt-get update \\
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends systemd systemd-sysv dbus openssh-server docker.io \\
      iptables iproute2 procps kmod ca-certificates rsync e2fsprogs sudo \\
 && apt-get clean && rm -rf /var/lib/apt/lists/* /usr/sbin/policy-rc.d /etc/ssh/ssh_host_* \\
 && rm -f /etc/machine-id /var/lib/dbus/machine-id && : > /etc/machine-id \\
 && useradd --create-home --uid 1000 --shell /bin/bash --groups docker deploy \\
 && systemctl mask systemd-udevd.service systemd-udevd-control.socket systemd-udevd-kernel.socket systemd-udev-trigger.service \\
      systemd-modules-load.service systemd-sysctl.service systemd-remount-fs.service systemd-firstboot.service \\
      dev-hugepages.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount sys-fs-fuse-connections.mount \\
      modprobe@.service getty.target console-getty.service systemd-logind.service \\
      apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer systemd-tmpfiles-clean.timer \\
 && systemctl set-default multi-user.target
COPY lab-entry /usr/local/sbin/lab-entry
COPY sshd.conf /etc/ssh/sshd_config.d/drayage-lab.conf
COPY daemon.json /etc/docker/daemon.json
STOPSIGNAL SIGRTMIN+3
ENTRYPOINT ["/usr/local/sbin/lab-entry"]
`,
  // The container has a cgroup namespace of its own, so all that the inner engine makes lies below the container's cgroup
  // and goes with it; Docker mounts that tree read-only unless the container is privileged. /sys stays read-only on purpose.
  "lab-entry": `#!/bin/sh
for path in /proc/sys /sys/fs/cgroup /sys/fs/cgroup/*; do
  mountpoint -q "$path" && mount -o remount,rw,bind "$path"
done
exec /sbin/init "$@"
`,
  // Throttles and session limits stay sshd's defaults: the product must live with them.
  "sshd.conf": `HostKey /etc/ssh/ssh_host_ed25519_key
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin no
AllowUsers deploy
`,
  "daemon.json": `${JSON.stringify({
    bip: "10.214.255.1/24",
    "default-address-pools": [{ base: "10.214.0.0/17", size: 26 }],
  })}\n`,
};
