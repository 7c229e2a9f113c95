import assert from "node:assert/strict";
import { test } from "node:test";
import { Exchange, WINDOW, type Answerer } from "../src/exchange.js";
import { CallCancelled, EngineGone } from "../src/failures.js";
import { FrameInvalid, KeyWrong, PurposeDenied, VaultError } from "../src/generated.js";
import { decode, encode, type Message } from "../src/frame.js";

/** The far side of a line, played by the test. */
class Peer {
  readonly got: Message[] = [];
  readonly told: [string, unknown][] = [];
  readonly exchange: Exchange;
  slow = false;

  constructor(answerers: Record<string, Answerer> = {}) {
    const line = {
      framed: false,
      send: (bytes: Uint8Array): boolean => {
        this.got.push(decode(bytes));
        return !this.slow;
      },
    };
    this.exchange = new Exchange(line, new Map(Object.entries(answerers)), (method, params) => {
      this.told.push([method, params]);
    });
  }

  say(message: Message): void {
    this.exchange.receive(encode(message, false));
  }

  answer(id: number, result: unknown): void {
    this.say({ kind: "response", id, error: null, result });
  }

  refuse(id: number, code: string): void {
    this.say({ kind: "response", id, error: { code, message: "no" }, result: null });
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("answers find their questions in whatever order they come", async () => {
  const peer = new Peer();
  const first = peer.exchange.request("a", null);
  const second = peer.exchange.request("b", { x: 1 });
  assert.deepEqual(
    peer.got.map((message) => message.kind === "request" && [message.id, message.method]),
    [
      [1, "a"],
      [2, "b"],
    ],
  );
  peer.answer(2, "two");
  peer.answer(1, "one");
  assert.deepEqual(await Promise.all([first, second]), ["one", "two"]);
  assert.equal(peer.exchange.pending, 0);
});

test("an error comes as the class of its code; a newer code as the class of its family", async () => {
  const peer = new Peer();
  const known = peer.exchange.request("open", null);
  const newer = peer.exchange.request("open", null);
  const foreign = peer.exchange.request("open", null);
  peer.refuse(1, "vault.key_wrong");
  peer.refuse(2, "vault.of_tomorrow");
  peer.refuse(3, "weather.rain");
  await assert.rejects(known, (error) => error instanceof KeyWrong && error instanceof VaultError && error.code === "vault.key_wrong");
  await assert.rejects(newer, (error) => error instanceof VaultError && error.code === "vault.of_tomorrow");
  await assert.rejects(foreign, { code: "weather.rain", message: "no" });
});

test("an aborted call that was sent settles with what the engine says", async () => {
  const peer = new Peer();
  const gave_up = new AbortController();
  const stopped = peer.exchange.request("import", null, { signal: gave_up.signal });
  const done = peer.exchange.request("export", null, { signal: gave_up.signal });
  gave_up.abort("the person left");
  assert.deepEqual(peer.got.slice(2), [
    { kind: "notification", method: "cancel", params: { id: 1 } },
    { kind: "notification", method: "cancel", params: { id: 2 } },
  ]);
  peer.refuse(1, "cancelled");
  peer.answer(2, "reached first");
  await assert.rejects(stopped, (error) => error instanceof CallCancelled && error.name === "AbortError" && error.cause === "the person left");
  assert.equal(await done, "reached first");
});

test("a call that is aborted before it begins is never sent", async () => {
  const peer = new Peer();
  await assert.rejects(peer.exchange.request("erase", null, { signal: AbortSignal.abort("no") }), CallCancelled);
  assert.deepEqual(peer.got, []);
});

test("an abort after the answer changes nothing", async () => {
  const peer = new Peer();
  const late = new AbortController();
  const asked = peer.exchange.request("a", null, { signal: late.signal });
  peer.answer(1, 1);
  assert.equal(await asked, 1);
  late.abort();
  assert.equal(peer.got.length, 1);
});

test("a slow line is not written to; what waits there can be aborted without being sent", async () => {
  const peer = new Peer();
  peer.slow = true;
  const stop = new AbortController();
  const first = peer.exchange.request("a", null);
  const second = peer.exchange.request("b", null, { signal: stop.signal });
  const third = peer.exchange.request("c", null);
  assert.equal(peer.got.length, 1);
  stop.abort();
  await assert.rejects(second, CallCancelled);
  peer.exchange.resume();
  assert.equal(peer.got.length, 2);
  peer.slow = false;
  peer.answer(1, "a");
  peer.answer(3, "c");
  assert.deepEqual(await Promise.all([first, third]), ["a", "c"]);
  assert.deepEqual(peer.got.map((message) => message.kind === "request" && message.method), ["a", "c"]);
});

test("a cancel overtakes what is not sent yet", async () => {
  const peer = new Peer();
  const stop = new AbortController();
  const first = peer.exchange.request("a", null, { signal: stop.signal });
  peer.slow = true;
  const second = peer.exchange.request("b", null);
  const third = peer.exchange.request("c", null);
  stop.abort();
  peer.slow = false;
  peer.exchange.resume();
  const order = peer.got.map((message) => message.kind !== "response" && message.method);
  assert.deepEqual(order, ["a", "b", "cancel", "c"]);
  peer.exchange.end(new EngineGone("over"));
  await Promise.allSettled([first, second, third]);
});

test("the end rejects what waits, and what is asked afterwards", async () => {
  const peer = new Peer();
  const waiting = peer.exchange.request("a", null);
  peer.exchange.end(new EngineGone("killed"));
  await assert.rejects(waiting, { code: "door.gone" });
  await assert.rejects(peer.exchange.request("b", null), EngineGone);
  assert.equal(peer.got.length, 1);
});

test("once closing began, calls are rejected, and those before it are answered", async () => {
  const peer = new Peer();
  const granted = peer.exchange.request("consent.grant", null);
  const closed = peer.exchange.close(new EngineGone("closed"));
  await assert.rejects(peer.exchange.request("accounts", null), { code: "door.gone" });
  peer.answer(1, "stored");
  peer.answer(2, null);
  assert.equal(await granted, "stored");
  await closed;
  assert.deepEqual(peer.got.map((message) => message.kind === "request" && message.method), ["consent.grant", "close"]);
});

test("one signal may be given to many calls without a warning, and lets go of what was answered", async () => {
  const warned: Error[] = [];
  const hear = (warning: Error): void => void warned.push(warning);
  process.on("warning", hear);
  const peer = new Peer();
  const stop = new AbortController();
  const asked = Array.from({ length: 50 }, () => peer.exchange.request("a", null, { signal: stop.signal }));
  await settled();
  process.off("warning", hear);
  assert.deepEqual(warned, []);
  for (let id = 1; id <= 49; id += 1) peer.answer(id, id);
  await Promise.all(asked.slice(0, 49));
  stop.abort();
  const cancels = peer.got.filter((message) => message.kind === "notification");
  assert.deepEqual(cancels, [{ kind: "notification", method: "cancel", params: { id: 50 } }]);
  peer.refuse(50, "cancelled");
  await assert.rejects(asked[49] as Promise<unknown>, CallCancelled);
});

test("a refusal for want of consent names the purpose", async () => {
  const peer = new Peer();
  const asked = peer.exchange.request("streams", null);
  const error = { code: "consent.denied", message: "no", told: { purpose: "insights" } };
  peer.say({ kind: "response", id: 1, error, result: null });
  await assert.rejects(asked, (refused) => refused instanceof PurposeDenied && refused.purpose === "insights");
});

test("the host answers the engine; what its own code throws goes no further", async () => {
  const peer = new Peer({
    "host.key": async () => Uint8Array.of(1, 2),
    "host.fail": () => {
      throw new Error("a secret path");
    },
    "host.odd": () => 1n,
  });
  peer.say({ kind: "request", id: -1, method: "host.key", params: null });
  peer.say({ kind: "request", id: -2, method: "host.fail", params: null });
  peer.say({ kind: "request", id: -3, method: "host.odd", params: null });
  peer.say({ kind: "request", id: -4, method: "host.unknown", params: null });
  await settled();
  const answers = new Map(peer.got.map((message) => [message.kind === "response" && message.id, message]));
  assert.deepEqual(answers.get(-1), { kind: "response", id: -1, error: null, result: Uint8Array.of(1, 2) });
  for (const id of [-2, -3, -4]) {
    const answer = answers.get(id);
    assert.ok(answer?.kind === "response" && answer.error !== null);
    assert.doesNotMatch(answer.error.message, /secret/);
  }
});

test("notifications are handed on", () => {
  const peer = new Peer();
  peer.say({ kind: "notification", method: "event", params: { kind: "moment" } });
  assert.deepEqual(peer.told, [["event", { kind: "moment" }]]);
});

test("an answer that nobody asked for, twice or at all, is no message", async () => {
  const peer = new Peer();
  const asked = peer.exchange.request("a", null);
  peer.answer(1, 1);
  await asked;
  assert.throws(() => peer.answer(1, 1), FrameInvalid);
  assert.throws(() => peer.answer(77, 1), FrameInvalid);
  assert.throws(() => peer.say({ kind: "request", id: 4, method: "host.key", params: null }), FrameInvalid);
});

test("a call whose values cannot be carried is rejected and leaves nothing behind", async () => {
  const peer = new Peer();
  await assert.rejects(peer.exchange.request("outcome", { value: 1n }), FrameInvalid);
  assert.equal(peer.exchange.pending, 0);
  assert.deepEqual(peer.got, []);
});

test("more calls than the engine lets wait are held here and sent as answers come, in their order", async () => {
  const peer = new Peer();
  const asked = Array.from({ length: WINDOW + 10 }, (_, n) => peer.exchange.request("a", { n }));
  assert.equal(peer.got.length, WINDOW);
  for (let id = 1; id <= WINDOW + 10; id += 1) peer.answer(id, id);
  assert.deepEqual(await Promise.all(asked), Array.from({ length: WINDOW + 10 }, (_, n) => n + 1));
  assert.deepEqual(
    peer.got.map((message) => message.kind === "request" && message.params),
    Array.from({ length: WINDOW + 10 }, (_, n) => ({ n })),
  );
});
