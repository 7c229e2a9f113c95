// The TypeScript peer, timed like bench_sync.py times the package: medians of shard and of verify, in milliseconds.
import { randomBytes } from "node:crypto";
import { Prio3Count, Prio3Histogram, Prio3Sum, Prio3SumVec } from "@divviup/prio3";

const shares = 2;
const numbers = Array.from({ length: 1000 }, (_, at) => (at * 7919) % 65536);
const cases = {
  count: [new Prio3Count({ shares }), true, 300],
  sum32: [new Prio3Sum({ shares, bits: 32 }), 123456789, 60],
  histogram100: [new Prio3Histogram({ shares, length: 100, chunkLength: 10 }), 42, 60],
  sumvec1000x16: [new Prio3SumVec({ shares, length: 1000, bits: 16, chunkLength: 126 }), numbers, 4],
};

async function once(vdaf, measurement, key) {
  const nonce = randomBytes(16);
  const rand = randomBytes(vdaf.randSize);
  const started = performance.now();
  const { publicShare, inputShares } = await vdaf.shard(measurement, nonce, rand);
  const split = performance.now();
  const states = [];
  for (let aggregator = 0; aggregator < shares; aggregator++) {
    states.push(await vdaf.prepareInit(key, aggregator, null, nonce, publicShare, inputShares[aggregator]));
  }
  const message = await vdaf.unshardPreparationShares(null, states.map((state) => state.preparationShare));
  for (const state of states) vdaf.prepareNext(state.preparationState, message);
  return [split - started, performance.now() - split];
}

const median = (values) => values.sort((left, right) => left - right)[values.length >> 1];
const figures = {};
for (const [name, [vdaf, measurement, rounds]] of Object.entries(cases)) {
  const key = randomBytes(vdaf.verifyKeySize);
  for (let round = 0; round < Math.min(rounds, 30); round++) await once(vdaf, measurement, key);
  const runs = [];
  for (let round = 0; round < rounds; round++) runs.push(await once(vdaf, measurement, key));
  figures[name] = { shard: median(runs.map((run) => run[0])), verify: median(runs.map((run) => run[1])) };
}
console.log(JSON.stringify(figures));
