/** The shop as its clients see it: a database port and a web port, on whichever host answers. */
import { readFileSync } from "node:fs";
import { Client } from "pg";
import { parse } from "yaml";
import { type Address, httpQuestion, type Question } from "./outage-client";

export interface ShopAddresses {
  readonly hosts: Readonly<Record<string, string>>;
  readonly webPort: number;
  readonly dbPort: number;
}

const rowsPerMegabyte = 3400;

export class Shop {
  private nextPing = 1;
  private readonly acknowledged = new Set<number>();

  constructor(
    readonly addresses: ShopAddresses,
    private readonly password: string,
  ) {}

  get databaseAddresses(): Address[] {
    return Object.values(this.addresses.hosts).map((host) => ({ host, port: this.addresses.dbPort }));
  }

  get webAddresses(): Address[] {
    return Object.values(this.addresses.hosts).map((host) => ({ host, port: this.addresses.webPort }));
  }

  get acknowledgedPings(): number {
    return this.acknowledged.size;
  }

  /** Makes the tables and fills them until the database holds about this much. */
  async seed(megabytes: number): Promise<void> {
    // Else the log of the filling would outweigh the data, and the move would show the log.
    await this.ask("alter system set max_wal_size = '128MB'");
    await this.ask("select pg_reload_conf()");
    await this.ask(`create table if not exists pings (id bigint primary key, at timestamptz default now());
      create table if not exists hot (id int primary key, hits int not null);
      insert into hot select i, 0 from generate_series(1, 20000) i on conflict do nothing;
      create table if not exists ballast (id bigint primary key, body text not null);`);
    const rows = megabytes * rowsPerMegabyte;
    await this.ask(
      `insert into ballast select i, repeat(md5(i::text), 7) from generate_series(1, ${rows}) i on conflict do nothing`,
    );
  }

  async count(): Promise<number> {
    const rows = await this.ask("select count(*)::int as n from ballast");
    return Number(rows[0]?.n);
  }

  /** Over every row of the ballast; equal before and after a move. */
  async checksum(): Promise<string> {
    const rows = await this.ask("select count(*) as n, sum(hashtextextended(body, id)) as h from ballast");
    return `${rows[0]?.n}/${rows[0]?.h}`;
  }

  /** How many writes the database acknowledged and no longer has. */
  async missingPings(): Promise<number> {
    const rows = await this.ask("select id::int as id from pings");
    const present = new Set(rows.map((row) => Number(row.id)));
    return [...this.acknowledged].filter((id) => !present.has(id)).length;
  }

  /** A committed insert on a new connection, with an update of a random hot row for the load; counted once acknowledged. */
  writeQuestion(): Question {
    return async (address) => {
      const id = this.nextPing++;
      const client = this.client(address, 2000, 1000);
      try {
        await client.connect();
        await client.query(
          `begin; insert into pings (id) values (${id}); update hot set hits = hits + 1 where id = 1 + ${id * 7919} % 20000; commit`,
        );
        this.acknowledged.add(id);
      } finally {
        await client.end().catch(() => undefined);
      }
    };
  }

  webQuestion(): Question {
    return httpQuestion("/api/orders/count");
  }

  /** Orders placed through nginx and Spring Boot. */
  async order(item: string, times: number): Promise<void> {
    const orders = Array.from({ length: times }, (_, index) => ({ item, quantity: index + 1 }));
    await this.askShop("/api/orders/batch", { method: "POST", body: JSON.stringify({ orders }) });
  }

  /** What the shop says it has. */
  async orders(): Promise<number> {
    return ((await this.askShop("/api/orders/count")) as { count: number }).count;
  }

  /** Asks whichever host serves the shop. */
  private async askShop(path: string, init: RequestInit = {}): Promise<unknown> {
    const failures: string[] = [];
    for (const { host, port } of this.webAddresses) {
      const answer = await fetch(`http://${host}:${port}${path}`, {
        ...init,
        headers: { "Content-Type": "application/json" },
        signal: AbortSignal.timeout(10_000),
      }).catch((error: unknown) => String(error));
      if (typeof answer !== "string" && answer.ok) return answer.json();
      failures.push(`${host}: ${typeof answer === "string" ? answer : `status ${answer.status}`}`);
    }
    throw new Error(`the shop answers nowhere (${failures.join("; ")})`);
  }

  /** Asks whichever host answers first in the given order. */
  private async ask(sql: string): Promise<Record<string, unknown>[]> {
    const failures: string[] = [];
    for (const address of this.databaseAddresses) {
      const client = this.client(address, 600_000, 5000);
      try {
        await client.connect();
      } catch (error) {
        failures.push(`${address.host}: ${error instanceof Error ? error.message : String(error)}`);
        continue;
      }
      try {
        const result: unknown = await client.query(sql);
        return rowsOf(result);
      } finally {
        await client.end().catch(() => undefined);
      }
    }
    throw new Error(`the database answers nowhere (${failures.join("; ")})`);
  }

  private client({ host, port }: Address, queryTimeout: number, connectionTimeout: number): Client {
    const client = new Client({
      host,
      port,
      user: "shop",
      database: "shop",
      password: this.password,
      connectionTimeoutMillis: connectionTimeout,
      query_timeout: queryTimeout,
    });
    client.on("error", () => undefined);
    return client;
  }
}

/** Reads the lab's addresses from the stack file that `dray lab up --config` wrote. */
export function addressesOf(stackFile: string, project: string): ShopAddresses {
  const config = parse(readFileSync(stackFile, "utf8")).config as Record<string, unknown>;
  const host = (name: string) => (config[`${project}:${name}`] as { address: string }).address;
  const { ports } = { ...(config[`${project}:environment`] as { ports?: { web?: number; db?: number } } | undefined) };
  return {
    hosts: { rack: host("rack"), cloud: host("cloud") },
    webPort: ports?.web ?? 8080,
    dbPort: ports?.db ?? 5432,
  };
}

/** A statement list yields a list of results; the last one counts. */
function rowsOf(result: unknown): Record<string, unknown>[] {
  const last = (Array.isArray(result) ? result.at(-1) : result) as { rows: Record<string, unknown>[] };
  return last.rows;
}
