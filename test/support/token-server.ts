/** The authorization server of the distribution token specification, small: a user gets what is asked for, anybody else nothing. */
import { createPrivateKey, sign, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Certificate, RegistryUser } from "./docker-registry";

export interface TokenServer {
  readonly realm: string;
  readonly service: string;
  readonly issuer: string;
  readonly certificate: string;
  /** Scopes that were granted, `repository:team/web:pull`. */
  readonly granted: string[];
  /** How many asked without the user's password. */
  refused: number;
  close(): Promise<void>;
}

export async function startTokenServer(address: string, tls: Certificate, user: RegistryUser): Promise<TokenServer> {
  const [cert, key] = [readFileSync(tls.certificate), readFileSync(tls.key)];
  const [service, issuer] = ["drayage-test", "token server of the test"];
  const expected = `Basic ${Buffer.from(`${user.name}:${user.password}`).toString("base64")}`;
  const granted: string[] = [];
  let refused = 0;
  const server = createServer({ cert, key }, (request, response) => {
    const { searchParams } = new URL(request.url ?? "/", "https://token");
    if (request.headers.authorization !== expected) {
      refused += 1;
      response
        .writeHead(401, { "Content-Type": "application/json" })
        .end(JSON.stringify({ details: "incorrect username or password" }));
      return;
    }
    const scopes = searchParams.getAll("scope").flatMap((scope) => scope.split(" "));
    granted.push(...scopes);
    const token = tokenFor(scopes, { issuer, service, subject: user.name, cert, key });
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify({ token, expires_in: 300 }));
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ realm: `https://${address}:${port}/token`, service, issuer, certificate: tls.certificate, granted },
    get refused() {
      return refused;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

interface Signing {
  readonly issuer: string;
  readonly service: string;
  readonly subject: string;
  readonly cert: Buffer;
  readonly key: Buffer;
}

function tokenFor(scopes: readonly string[], { issuer, service, subject, cert, key }: Signing): string {
  const now = Math.floor(Date.now() / 1000);
  const access = scopes.map((scope) => {
    const [type, name, actions = ""] = scope.split(":");
    return { type, name, actions: actions.split(",") };
  });
  const header = { typ: "JWT", alg: "ES256", x5c: [new X509Certificate(cert).raw.toString("base64")] };
  const claims = { iss: issuer, aud: service, sub: subject, iat: now, nbf: now - 5, exp: now + 300, jti: String(now), access };
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  const signature = sign("sha256", Buffer.from(text), { key: createPrivateKey(key), dsaEncoding: "ieee-p1363" });
  return `${text}.${signature.toString("base64url")}`;
}
