/** Debian's docker-registry as a process of a test: plain or with TLS, open, with a password file, or with a token server of ours. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { freePort } from "./free-ports";
import { toolsPath } from "./test-tools";

export interface RegistryOptions {
  /** Where it listens. */
  readonly address: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Absent: plain HTTP. */
  readonly tls?: Certificate;
  /** Lets this user in, by basic authentication. */
  readonly user?: RegistryUser;
  /** Wants tokens of this server. */
  readonly tokens?: { readonly realm: string; readonly service: string; readonly issuer: string; readonly certificate: string };
}

export interface RegistryUser {
  readonly name: string;
  readonly password: string;
}

export interface Certificate {
  /** Paths of PEM files. It is its own authority. */
  readonly certificate: string;
  readonly key: string;
}

export interface DockerRegistry {
  /** `address:port` */
  readonly name: string;
  readonly folder: string;
  stop(): Promise<void>;
  /** Again under the same name, with what it had. */
  start(): Promise<void>;
  /** What lets its user in from now on. */
  changePassword(password: string): void;
  remove(): Promise<void>;
}

export async function startDockerRegistry(options: RegistryOptions): Promise<DockerRegistry> {
  const folder = mkdtempSync(join(tmpdir(), "drayage-registry-"));
  const port = options.port ?? (await freePort());
  const name = `${options.address}:${port}`;
  mkdirSync(join(folder, "data"));
  const changePassword = (password: string) =>
    writeFileSync(join(folder, "htpasswd"), `${options.user?.name}:${bcrypt(password)}\n`);
  if (options.user !== undefined) changePassword(options.user.password);
  writeFileSync(join(folder, "config.yml"), stringify(configuration(options, name, folder)));
  let child: ChildProcess | undefined;
  const start = async () => {
    const log = openSync(join(folder, "log"), "a");
    child = spawn(join(toolsPath, "docker-registry"), ["serve", join(folder, "config.yml")], { stdio: ["ignore", log, log] });
    await listening(options.address, port, child).catch((error: Error) => {
      throw new Error(`${error.message}\n${readFileSync(join(folder, "log"), "utf8")}`);
    });
  };
  const stop = () =>
    new Promise<void>((resolve) => {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once("exit", () => resolve());
      child.kill("SIGKILL");
    });
  await start();
  return {
    name,
    folder,
    start,
    stop,
    changePassword,
    remove: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A certificate for an address, signed by itself. */
export function makeCertificate(folder: string, address: string): Certificate {
  const [certificate, key] = [join(folder, "tls.crt"), join(folder, "tls.key")];
  const name = ["-subj", `/CN=${address}`, "-addext", `subjectAltName=IP:${address}`, "-days", "2"];
  const made = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", certificate];
  execFileSync("openssl", ["req", ...made, ...name], { stdio: "ignore" });
  return { certificate, key };
}

function configuration({ tls, user, tokens }: RegistryOptions, name: string, folder: string): object {
  const auth = {
    ...(user && { htpasswd: { realm: "test", path: join(folder, "htpasswd") } }),
    ...(tokens && { token: tokenSettings(tokens) }),
  };
  return {
    version: "0.1",
    log: { level: "warn" },
    storage: { filesystem: { rootdirectory: join(folder, "data") }, delete: { enabled: true } },
    http: {
      addr: name,
      secret: randomBytes(9).toString("hex"),
      ...(tls && { tls: { certificate: tls.certificate, key: tls.key } }),
    },
    ...(Object.keys(auth).length > 0 && { auth }),
  };
}

function tokenSettings({ realm, service, issuer, certificate }: NonNullable<RegistryOptions["tokens"]>): object {
  return { realm, service, issuer, rootcertbundle: certificate };
}

/** The registry knows no other hash; perl's crypt makes it, and perl is on every Debian. */
function bcrypt(password: string): string {
  const script = "print crypt($ENV{WORD}, q($2y$05$) . $ENV{SALT})";
  const env = { ...process.env, WORD: password, SALT: "abcdefghijklmnopqrstuu" };
  return execFileSync("perl", ["-e", script], { env }).toString();
}

async function listening(address: string, port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`docker-registry ended with ${child.exitCode}`);
    if (await answers(address, port)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("docker-registry did not listen in 20 s");
}

function answers(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, address);
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}
