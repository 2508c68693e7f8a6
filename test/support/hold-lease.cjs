// An operator of its own process that takes a lease and waits to be killed: hold-lease.cjs SOCKET DIR
require("sucrase/register/ts");
const { connectDocker } = require("../../sdk/engine/docker/docker-client");
const { createRecordStore } = require("../../sdk/engine/record/create-record-store");

async function main(socket, dir) {
  const clock = { now: () => Date.now(), monotonic: () => performance.now(), sleep: () => Promise.resolve() };
  const session = await createRecordStore(connectDocker("local", socket), { clock, dir }).open("doomed pid 1");
  const owner = { stackUid: "u1", project: "shop", stack: "dev", id: "shop-0001" };
  await session.acquire({ identity: "f00d", name: "shop", owner, purpose: "up" });
  console.log("held");
  setInterval(() => undefined, 1000);
}

main(process.argv[2], process.argv[3]).catch((error) => {
  console.error(error);
  process.exit(1);
});
