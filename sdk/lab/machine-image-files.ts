/**
 * What turns the lab's image into one that a cloud would boot: no user, no key and no sshd settings of the lab's, but cloud-init,
 * which makes them from user data. Hostname, hosts file and network are Docker's here; a base image has no locales to choose from.
 */
export const machineImageFiles: Readonly<Record<string, string>> = {
  Dockerfile: `FROM BASE_IMAGE
RUN printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d \\
 && apt-get update \\
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends cloud-init locales \\
 && apt-get clean && rm -rf /var/lib/apt/lists/* /usr/sbin/policy-rc.d \\
 && userdel --remove deploy && rm -f /etc/ssh/sshd_config.d/drayage-lab.conf /etc/sudoers.d/deploy
COPY lab.cfg /etc/cloud/cloud.cfg.d/99-lab.cfg
`,
  // On one line each: ds-identify does not read YAML.
  "lab.cfg": `datasource_list: [ NoCloud ]
network: { config: disabled }
preserve_hostname: true
manage_etc_hosts: false
locale: false
`,
};
