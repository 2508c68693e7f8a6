/**
 * The main job on the built-in lab, with the commands a user would type: deploy the three-tier shop on `rack`, fill it, change one
 * line of the program, preview, move to `cloud` under load, compare every row, run `up` once more, move back with what was written.
 */
import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import { buildSettings, configure } from "./build-settings";
import { OutageClient, type OutageReport } from "./outage-client";
import { addressesOf, Shop } from "./shop";
import { type Ran, Workspace } from "./workspace";

const repository = resolve(__dirname, "../..");
const seedMegabytes = Number(process.env.DRAYAGE_DEMO_MB ?? 500);
const keep = process.argv.includes("--keep");
const summary: string[] = [];

async function main(): Promise<void> {
  const began = performance.now();
  const workspace = Workspace.create(repository, "stacks/three-tier");
  const stackFile = join(workspace.dir, "Pulumi.dev.yaml");
  const lab = `demo-${process.pid}`;
  const dray = (title: string, ...args: string[]) => step(workspace, title, args);
  try {
    await dray("Two throw-away hosts", "lab", "up", "--name", lab, "--hosts", "rack,cloud", "--config", stackFile);
    configure(stackFile, "three-tier", buildSettings(process.env));
    const password = randomBytes(12).toString("hex");
    await workspace.dray(["pulumi", "--stack", "dev", "--", "config", "set", "--secret", "dbPassword"], { stdin: password });
    await dray("Preview on rack", "preview", "--stack", "dev");
    const up = await dray("Deploy on rack", "up", "--stack", "dev", "--yes");
    say(`deployed on rack: 3 services in ${up.seconds.toFixed(1)} s`);

    const shop = new Shop(addressesOf(stackFile, "three-tier"), password);
    await shop.seed(seedMegabytes);
    await shop.order("tea", 250);
    say(`rows written on rack: ${(await shop.count()).toLocaleString("en")} (${seedMegabytes} MB)`);

    workspace.edit("host: rack", "host: cloud");
    console.log("\n$ sed -i 's/host: rack/host: cloud/' index.ts");
    await dray("Preview of the move", "preview", "--stack", "dev");
    say("move previewed");
    const there = await underLoad(shop, () => dray("Move to cloud, under load", "up", "--stack", "dev", "--yes"));
    say(`moved to cloud: ${describeOutage(there.outage)}; ${forecastOf(there.ran)}`);
    await proveRows(shop, "cloud", there);

    const again = await dray("Second up", "up", "--stack", "dev", "--yes");
    if (!/no change|unchanged|up to date/i.test(again.stdout)) throw new Error("the second up changed something");
    say(`second up: no change, ${again.seconds.toFixed(2)} s`);

    workspace.edit("host: cloud", "host: rack");
    await shop.order("coffee", 50);
    const back = await underLoad(shop, () => dray("Move back to rack", "up", "--stack", "dev", "--yes"));
    await proveRows(shop, "rack", back);
    say(`moved back to rack with the rows written meanwhile: ${describeOutage(back.outage)}`);
    if (!keep) await dray("Take the shop down (volumes stay)", "destroy", "--stack", "dev", "--yes");
    say(`all of it in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  } finally {
    if (!keep) {
      await workspace.dray(["lab", "down", "--name", lab]);
      workspace.remove();
    } else console.log(`\nleft running: ${workspace.dir} (end it with: dray lab down --name ${lab})`);
  }
  console.log(`\n${summary.map((line) => `  ${line}`).join("\n")}\n`);
}

interface UnderLoad {
  readonly ran: Ran;
  readonly outage: { readonly database: OutageReport; readonly shop: OutageReport };
  readonly checksumBefore: string;
  readonly ordersBefore: number;
}

/** The clients ask both hosts all the time: whoever answers, answers. */
async function underLoad(shop: Shop, move: () => Promise<Ran>): Promise<UnderLoad> {
  const checksumBefore = await shop.checksum();
  const ordersBefore = await shop.orders();
  const database = new OutageClient(shop.writeQuestion(), shop.databaseAddresses);
  const web = new OutageClient(shop.webQuestion(), shop.webAddresses);
  const ran = await move();
  const outage = { database: await database.stop(), shop: await web.stop() };
  return { ran, outage, checksumBefore, ordersBefore };
}

async function proveRows(shop: Shop, host: string, moved: UnderLoad): Promise<void> {
  const checksum = await shop.checksum();
  if (checksum !== moved.checksumBefore)
    throw new Error(`rows differ on ${host}: ${checksum} instead of ${moved.checksumBefore}`);
  const missing = await shop.missingPings();
  if (missing > 0) throw new Error(`${missing} acknowledged writes are missing on ${host}`);
  const orders = await shop.orders();
  if (orders !== moved.ordersBefore) throw new Error(`the shop has ${orders} orders on ${host} instead of ${moved.ordersBefore}`);
  say(
    `all rows present on ${host}: checksum ${checksum} equal, ${shop.acknowledgedPings} acknowledged writes all there, ${orders} orders through the shop`,
  );
}

async function step(workspace: Workspace, title: string, args: readonly string[]): Promise<Ran> {
  console.log(`\n── ${title}\n$ dray ${args.join(" ")}`);
  const ran = await workspace.dray(args, { echo: true });
  if (ran.exitCode !== 0) throw new Error(`dray ${args[0]} ended with ${ran.exitCode}`);
  return ran;
}

function describeOutage(outage: UnderLoad["outage"]): string {
  const milliseconds = (seconds: number) => `${Math.round(seconds * 1000)} ms`;
  return `database unanswered for ${milliseconds(outage.database.longestGapSeconds)}, shop for ${milliseconds(outage.shop.longestGapSeconds)} (asked every 20 ms on both hosts)`;
}

/** Bytes and forecast as `dray up` printed them. */
function forecastOf(ran: Ran): string {
  const line = ran.stdout.split("\n").find((text) => /outage/i.test(text) && /forecast/i.test(text));
  return line?.trim() ?? "no forecast was printed";
}

function say(line: string): void {
  summary.push(line);
  console.log(`✓ ${line}`);
}

main().catch((error: unknown) => {
  console.error(`\ndemo failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
