import assert from "node:assert/strict";
import { test } from "node:test";
import { EventFan, MAX_WAITING } from "../src/events.js";
import { EngineGone } from "../src/failures.js";

interface Numbered {
  readonly n: number;
}

const all = (): boolean => true;

test("each reader gets each event it wants, from its own beginning on", async () => {
  const fan = new EventFan<Numbered>();
  const everything = fan.read(all);
  const even = fan.read(({ n }) => n % 2 === 0);
  fan.push({ n: 1 });
  fan.push({ n: 2 });
  const late = fan.read(all);
  fan.push({ n: 4 });
  fan.end();
  assert.deepEqual(await found(everything), [{ n: 1 }, { n: 2 }, { n: 4 }]);
  assert.deepEqual(await found(even), [{ n: 2 }, { n: 4 }]);
  assert.deepEqual(await found(late), [{ n: 4 }]);
});

test("a reader that waits is woken", async () => {
  const fan = new EventFan<Numbered>();
  const reader = fan.read(all);
  const next = reader.next();
  fan.push({ n: 7 });
  assert.deepEqual(await next, { done: false, value: { n: 7 } });
});

test("a slow reader loses the oldest events and is told how many", async () => {
  const fan = new EventFan<Numbered>();
  const reader = fan.read(all);
  for (let n = 0; n < MAX_WAITING + 3; n += 1) fan.push({ n });
  assert.deepEqual((await reader.next()).value, { kind: "missed", count: 3 });
  assert.deepEqual((await reader.next()).value, { n: 3 });
});

test("reading ends with its signal, with the loop, and with the engine", async () => {
  const fan = new EventFan<Numbered>();
  const stop = new AbortController();
  const stopped = fan.read(all, stop.signal);
  const waits = stopped.next();
  stop.abort();
  assert.equal((await waits).done, true);
  assert.deepEqual(await found(fan.read(all, AbortSignal.abort())), []);
  const left = fan.read(all);
  const waiting = left.next();
  await left.return();
  assert.equal((await waiting).done, true);
  const broken = fan.read(all);
  fan.push({ n: 1 });
  fan.end(new EngineGone("killed"));
  assert.deepEqual((await broken.next()).value, { n: 1 });
  await assert.rejects(broken.next(), EngineGone);
  await assert.rejects(fan.read(all).next(), EngineGone);
});

async function found(reader: AsyncIterable<unknown>): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const event of reader) events.push(event);
  return events;
}
