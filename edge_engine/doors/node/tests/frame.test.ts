import assert from "node:assert/strict";
import { test } from "node:test";
import { encode as pack } from "@msgpack/msgpack";
import { decode, encode, FrameReader, MAX_FRAME, type Message } from "../src/frame.js";
import { FrameInvalid } from "../src/generated.js";

const MESSAGES: readonly Message[] = [
  { kind: "request", id: 1, method: "hello", params: { client: "node", abi: 1 } },
  { kind: "request", id: -7, method: "host.key", params: null },
  { kind: "response", id: 2 ** 31 - 1, error: null, result: [1, -1, 2 ** 53 - 1, "é", null, true] },
  { kind: "response", id: 3, error: { code: "vault.key_wrong", message: "no" }, result: null },
  { kind: "notification", method: "cancel", params: { id: 9 } },
];

function framed(...messages: readonly Message[]): Uint8Array {
  return Buffer.concat(messages.map((message) => encode(message, true)));
}

/** A repeatable stream of numbers from 0 up to a bound. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test("a message comes back as it was, with its length in front or without", () => {
  for (const message of MESSAGES) {
    assert.deepEqual(decode(encode(message, false)), message);
    const bytes = encode(message, true);
    assert.equal(new DataView(bytes.buffer).getUint32(0, true), bytes.length - 4);
    assert.deepEqual(decode(bytes.subarray(4)), message);
  }
});

test("frames are found however the bytes are cut", () => {
  const stream = framed(...MESSAGES, ...MESSAGES);
  const pick = numbers(1);
  for (let round = 0; round < 300; round += 1) {
    const reader = new FrameReader();
    const found: Message[] = [];
    for (let at = 0; at < stream.length; ) {
      const end = at + 1 + pick(round < 10 ? 1 : 40);
      for (const body of reader.push(stream.subarray(at, end))) found.push(decode(body));
      at = end;
    }
    assert.deepEqual(found, [...MESSAGES, ...MESSAGES]);
    assert.equal(reader.between, true);
  }
});

test("half a frame is not between two frames", () => {
  const reader = new FrameReader();
  assert.deepEqual([...reader.push(framed(MESSAGES[0] as Message).subarray(0, 9))], []);
  assert.equal(reader.between, false);
});

test("an impossible length is refused before its bytes are waited for", () => {
  for (const length of [0, MAX_FRAME + 1, 2 ** 32 - 1]) {
    const header = new Uint8Array(4);
    new DataView(header.buffer).setUint32(0, length, true);
    assert.throws(() => [...new FrameReader().push(header)], FrameInvalid);
  }
});

test("a message beyond the cap is refused where it is made", () => {
  const params = { texts: ["x".repeat(MAX_FRAME)] };
  assert.throws(() => encode({ kind: "request", id: 1, method: "categorize", params }, true), FrameInvalid);
});

test("what cannot be carried is refused where it is made", () => {
  const circle: unknown[] = [];
  circle.push(circle);
  for (const params of [{ minor: 1n }, { f: () => 1 }, circle]) {
    assert.throws(() => encode({ kind: "request", id: 1, method: "m", params }, true), FrameInvalid);
  }
});

test("a field that is undefined is left out, so that the engine's default holds", () => {
  const message = decode(encode({ kind: "request", id: 1, method: "m", params: { a: undefined, b: 1 } }, false));
  assert.deepEqual(message, { kind: "request", id: 1, method: "m", params: { b: 1 } });
});

test("an integer is exact or refused, never rounded", () => {
  const body = (result: unknown): Uint8Array => pack([1, 5, null, result], { useBigInt64: true });
  for (const exact of [2n ** 53n - 1n, -(2n ** 53n) + 1n, 2n ** 40n]) {
    assert.deepEqual(decode(body({ deep: [{ minor: exact }] })), {
      kind: "response",
      id: 5,
      error: null,
      result: { deep: [{ minor: Number(exact) }] },
    });
  }
  for (const large of [2n ** 53n, -(2n ** 53n), 2n ** 63n]) {
    assert.throws(() => decode(body({ deep: [{ minor: large }] })), FrameInvalid);
  }
});

test("bytes that are no message are refused", () => {
  const wrong: readonly unknown[] = [
    null,
    {},
    [],
    [1, 1, "m"],
    [1, 1, "m", null, null],
    [2, 1, "m", null],
    ["1", 1, "m", null],
    [1, 1.5, "m", null],
    [1, 2 ** 31, "m", null],
    [1, "1", "m", null],
    [1, 1, 7, null],
    [1, 1, { code: 1, message: "m" }, null],
    [1, 1, { code: "c" }, null],
  ];
  for (const one of wrong) assert.throws(() => decode(pack(one)), FrameInvalid, JSON.stringify(one));
  for (const bytes of [[], [0xc1], [0x94, 1, 1], [0x94, 1, 1, 0xc0, 0xc0, 0xc0], [0x94, 1, 1, 0xc0, 0x81]]) {
    assert.throws(() => decode(Uint8Array.from(bytes)), FrameInvalid);
  }
});

test("random bytes are a message or refused, and nothing else is thrown", () => {
  const pick = numbers(2);
  const seeds = MESSAGES.map((message) => encode(message, false));
  for (let round = 0; round < 5_000; round += 1) {
    const seed = seeds[pick(seeds.length)] as Uint8Array;
    const bytes = seed.slice(0, 1 + pick(seed.length));
    for (let change = pick(4); change > 0; change -= 1) bytes[pick(bytes.length)] = pick(256);
    try {
      decode(bytes);
    } catch (error) {
      assert.ok(error instanceof FrameInvalid, String(error));
    }
  }
});

test("a nest of arrays too deep for the stack is refused", () => {
  const bytes = new Uint8Array(1_000_000).fill(0x91);
  bytes.set([0x94, 1, 1, 0xc0]);
  assert.throws(() => decode(bytes), FrameInvalid);
});
