/**
 * Which e2e suites each lane of `npm test` runs. The second lane has run everything else before, so it gets the smaller share. By
 * the length of the suites: durations are known only after a run, and differ more between machines than the lengths lie.
 */
const { statSync } = require("node:fs");
const Sequencer = require("@jest/test-sequencer").default;

const shares = [0.7, 0.3];

class LaneSequencer extends Sequencer {
  shard(tests, { shardIndex }) {
    const filled = shares.map(() => 0);
    const lanes = shares.map(() => []);
    const sized = tests.map((test) => ({ test, size: statSync(test.path).size }));
    for (const { test, size } of sized.sort((a, b) => b.size - a.size || a.test.path.localeCompare(b.test.path))) {
      const after = shares.map((share, lane) => (filled[lane] + size) / share);
      const lane = after.indexOf(Math.min(...after));
      filled[lane] += size;
      lanes[lane].push(test);
    }
    return lanes[shardIndex - 1];
  }
}

module.exports = LaneSequencer;
