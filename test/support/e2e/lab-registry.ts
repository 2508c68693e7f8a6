/** A registry with TLS and a password beside the lab: this machine's engine and one of the hosts trust it. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DockerRegistry, makeCertificate, type RegistryUser, startDockerRegistry } from "../docker-registry";
import { toolsPath } from "../test-tools";
import type { TestHost } from "./test-hosts";

/** Undefined where the program for it was not obtained. */
export async function startLabRegistry(host: TestHost, user: RegistryUser): Promise<DockerRegistry | undefined> {
  if (!existsSync(join(toolsPath, "docker-registry"))) {
    process.stderr.write("    without docker-registry: the image is shipped, not pushed\n");
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), "drayage-lab-registry-"));
  const address = addressTowards(host.address);
  const tls = makeCertificate(folder, address);
  const registry = await startDockerRegistry({ address, tls, user });
  const trusted = `/etc/docker/certs.d/${registry.name}`;
  mkdirSync(trusted, { recursive: true });
  cpSync(tls.certificate, join(trusted, "ca.crt"));
  const write = 'mkdir -p "$0" && printf %s "$1" > "$0/ca.crt"';
  await host.engine.run("sh", "-c", write, trusted, readFileSync(tls.certificate, "utf8"));
  return {
    ...registry,
    remove: async () => {
      await registry.remove();
      for (const path of [trusted, folder]) rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Of this machine, as the host sees it. */
function addressTowards(host: string): string {
  const route = execFileSync("ip", ["route", "get", host]).toString();
  const source = /\bsrc (\S+)/.exec(route)?.[1];
  if (source === undefined) throw new Error(`no way to ${host}: ${route}`);
  return source;
}
