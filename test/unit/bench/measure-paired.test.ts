import { measurePaired } from "../../bench/measure/measure-paired";

/** Each call takes its own time on a clock that only they move. */
function calls(costs: Readonly<Record<string, number>>) {
  const order: string[] = [];
  let time = 0;
  const cases = Object.fromEntries(
    Object.entries(costs).map(([name, cost]) => [
      name,
      async () => {
        order.push(name);
        time += cost;
        return cost / 1000;
      },
    ]),
  );
  return { order, cases, now: () => time };
}

describe("paired measurements", () => {
  it("take turns, after one unmeasured call of each", async () => {
    const { order, cases, now } = calls({ a: 10, b: 20 });
    const figures = await measurePaired(cases, { rounds: 2, budgetSeconds: 10, now });
    expect(order.join("")).toBe("ababab");
    expect(figures).toEqual({ a: [0.01, 0.01], b: [0.02, 0.02] });
  });

  it("stop when the time is up, in whole rounds", async () => {
    const { cases, now } = calls({ a: 3000, b: 3000 });
    const { a, b } = await measurePaired(cases, { rounds: 50, budgetSeconds: 30, now });
    expect([a?.length, b?.length]).toEqual([5, 5]);
  });

  it("finish the fewest rounds however long they take", async () => {
    const { cases, now } = calls({ a: 60_000 });
    expect((await measurePaired(cases, { rounds: 9, budgetSeconds: 1, fewest: 3, now })).a).toHaveLength(3);
  });

  it("fail when one of them fails", async () => {
    const broken = { a: () => Promise.reject(new Error("it found something to do")) };
    await expect(measurePaired(broken, { rounds: 3, budgetSeconds: 1 })).rejects.toThrow("something to do");
  });
});
