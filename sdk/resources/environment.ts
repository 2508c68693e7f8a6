import { ComponentResource, Config, getStack, type Output, secret } from "@pulumi/pulumi";
import type { DifferencesInput, DifferenceValues, ResourcesInput, Size } from "../spec/differences";
import { type ReadDifferences, readDifferences } from "../spec/read-differences";
import { describeSecretRef, type SecretRef } from "../spec/secret-ref";
import { Host } from "./host";
import { LocalHost } from "./local-host";
import { reportProblems } from "./program-problems";

/** What the stack that runs says of each declared name: a name that was not declared does not compile. */
export interface Environment<D extends DifferencesInput = DifferencesInput> {
  readonly hosts: Readonly<Record<Names<D["hosts"]>, Host | LocalHost>>;
  /** For a service's `replicas`. */
  readonly replicas: Readonly<Record<Names<D["replicas"]>, number>>;
  /** To be spread into a service: `{ image, ...resources.api }`. */
  readonly resources: Readonly<Record<Names<D["resources"]>, ResourcesInput>>;
  readonly domains: Readonly<Record<Names<D["domains"]>, string>>;
  readonly ports: Readonly<Record<Names<D["ports"]>, number>>;
  readonly sizes: { readonly [N in Names<D["sizes"]>]: SizeOf<D["sizes"], N> };
  /** For a service's `secrets`. */
  readonly secrets: Readonly<Record<Names<D["secrets"]>, Output<string> | SecretRef>>;
}

/**
 * All in which the stacks of this program may differ, read from the configuration of the stack that runs (`<project>:environment`).
 * Called once in a program. Everything else is the same in every stack, so the program needs no `if (stack === …)`.
 *
 * @example
 * const env = environment({ hosts: ["shop"], replicas: { api: 1 }, domains: ["shop"], secrets: ["dbPassword"] });
 * new Workload("shop", { host: env.hosts.shop, services: { api: { image, replicas: env.replicas.api } } });
 */
export function environment<const D extends DifferencesInput>(differences: D & OnlyKnownKinds<D>): Environment<D> {
  const config = new Config();
  const read = readDifferences(differences, {
    environment: config.get("environment"),
    own: (name) => config.get(name),
    where: `${config.name}:environment of stack ${getStack()}`,
  });
  void reportProblems("environment", read.problems);
  if (read.problems.length === 0) new DeclaredDifferences(read.values);
  return made(read) as unknown as Environment<D>;
}

type Names<T> = T extends readonly (infer Name extends string)[] ? Name : T extends object ? Extract<keyof T, string> : never;
type SizeOf<T, N> = N extends keyof T ? (T[N] extends number ? number : string) : Size;
type OnlyKnownKinds<D> = { readonly [K in Exclude<keyof D, keyof DifferencesInput>]: never };

/** Keeps in the state what was declared and with which values, so that `dray diff` can tell what may differ. Holds no secret. */
class DeclaredDifferences extends ComponentResource {
  constructor({ hosts, secrets, ...plain }: DifferenceValues) {
    const places = Object.entries(hosts).map(([name, host]) => [name, host === "local" ? host : host.address] as const);
    const sources = Object.entries(secrets).map(([name, it]) => [
      name,
      typeof it === "string" ? "[secret]" : describeSecretRef(it),
    ]);
    const values = { ...plain, hosts: Object.fromEntries(places), secrets: Object.fromEntries(sources) };
    super("drayage:index:Environment", "environment", { schemaVersion: 1, ...values });
    this.registerOutputs();
  }
}

function made({ values }: ReadDifferences) {
  const hosts = Object.entries(values.hosts).map(
    ([name, host]) => [name, host === "local" ? new LocalHost(name) : new Host(name, host)] as const,
  );
  const secrets = Object.entries(values.secrets).map(
    ([name, value]) => [name, typeof value === "string" ? secret(value) : value] as const,
  );
  return { ...values, hosts: Object.fromEntries(hosts), secrets: Object.fromEntries(secrets) };
}
