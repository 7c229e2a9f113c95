/**
 * Frames and the messages in them: `u32 little-endian length | msgpack [abi, id, third, fourth]`.
 *
 * Pure: bytes in, typed values out. A request or notification has a text as its third element, a response has nil or
 * a map there. In process a buffer is a frame, so the length in front is left out.
 */
import { Decoder, Encoder } from "@msgpack/msgpack";
import { FrameInvalid } from "./generated.js";

/** Major version of the frames. */
export const ABI = 1;

/** Longest message in bytes; a longer one, in either direction, is refused. */
export const MAX_FRAME = 16 * 1024 * 1024;

const HEADER = 4;
const MAX_ID = 2 ** 31 - 1;
const MAX_DEPTH = 256;

/** A question, from the host (id above zero) or from the engine (below). */
export interface RequestMessage {
  readonly kind: "request";
  readonly id: number;
  readonly method: string;
  readonly params: unknown;
}

/** The answer to the request of the same id: an error, or else a result. */
export interface ResponseMessage {
  readonly kind: "response";
  readonly id: number;
  readonly error: WireError | null;
  readonly result: unknown;
}

/** Something told that wants no answer. */
export interface NotificationMessage {
  readonly kind: "notification";
  readonly method: string;
  readonly params: unknown;
}

export type Message = RequestMessage | ResponseMessage | NotificationMessage;

/** An error as it is carried: a stable code and one sentence. */
export interface WireError {
  readonly code: string;
  readonly message: string;
  /** What else a host can act on, by name. */
  readonly told?: Readonly<Record<string, string>>;
}

const encoder = new Encoder({ ignoreUndefined: true, maxDepth: MAX_DEPTH, initialBufferSize: 4096 });
const decoder = new Decoder({ useBigInt64: true });

/**
 * Return a message as the bytes that are sent.
 *
 * @param framed - Whether the length goes in front, as on a pipe.
 * @throws FrameInvalid - It is longer than {@link MAX_FRAME}, or holds what msgpack cannot carry.
 */
export function encode(message: Message, framed: boolean): Uint8Array {
  let body: Uint8Array;
  try {
    body = encoder.encodeSharedRef(elements(message));
  } catch (error) {
    throw new FrameInvalid("a value of this message cannot be carried", { cause: error });
  }
  if (body.length > MAX_FRAME) throw new FrameInvalid("a message is longer than 16 MiB");
  if (!framed) return body.slice();
  const bytes = new Uint8Array(HEADER + body.length);
  new DataView(bytes.buffer).setUint32(0, body.length, true);
  bytes.set(body, HEADER);
  return bytes;
}

function elements(message: Message): readonly unknown[] {
  switch (message.kind) {
    case "request":
      return [ABI, message.id, message.method, message.params ?? null];
    case "response":
      return [ABI, message.id, flat(message.error), message.result ?? null];
    case "notification":
      return [ABI, 0, message.method, message.params ?? null];
  }
}

function flat(error: WireError | null): object | null {
  return error === null ? null : { ...error.told, code: error.code, message: error.message };
}

/**
 * Return the message in a frame's body.
 *
 * @throws FrameInvalid - The bytes are no message of this protocol.
 */
export function decode(body: Uint8Array): Message {
  let found: unknown;
  try {
    found = decoder.decode(body);
  } catch (error) {
    throw new FrameInvalid("a frame is no msgpack", { cause: error });
  }
  if (!Array.isArray(found) || found.length !== 4) throw new FrameInvalid("a frame is no array of four");
  const [abi, id, third, fourth] = found as [unknown, unknown, unknown, unknown];
  if (abi !== ABI) throw new FrameInvalid("a frame is of another major version");
  if (typeof id !== "number" || !Number.isInteger(id) || Math.abs(id) > MAX_ID) {
    throw new FrameInvalid("a frame's id is no whole number of 32 bits");
  }
  if (typeof third === "string") {
    const params = exact(fourth, 0);
    return id === 0 ? { kind: "notification", method: third, params } : { kind: "request", id, method: third, params };
  }
  if (third === null) return { kind: "response", id, error: null, result: exact(fourth, 0) };
  return { kind: "response", id, error: carriedError(third), result: null };
}

function carriedError(value: unknown): WireError {
  if (typeof value === "object" && value !== null && "code" in value && "message" in value) {
    const { code, message } = value;
    if (typeof code === "string" && typeof message === "string") return { code, message, ...more(value) };
  }
  throw new FrameInvalid("an error is no map of code and message");
}

function more(error: object): { told?: Readonly<Record<string, string>> } {
  const told = Object.entries(error).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string" && entry[0] !== "code" && entry[0] !== "message",
  );
  return told.length === 0 ? {} : { told: Object.fromEntries(told) };
}

/**
 * Return a value with every 64-bit integer as an exact number.
 *
 * INVARIANT: no integer is ever rounded. One beyond 2^53 - 1 refuses the message; the store takes no amount above
 * 10^14 minor units, so no money of a household comes near.
 */
function exact(value: unknown, depth: number): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw new FrameInvalid("an integer is too large to be exact as a number");
    return number;
  }
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (depth === MAX_DEPTH) throw new FrameInvalid("a message is nested too deeply");
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += 1) {
      const one: unknown = value[at];
      if (typeof one === "bigint" || typeof one === "object") value[at] = exact(one, depth + 1);
    }
    return value;
  }
  const map = value as Record<string, unknown>;
  for (const key of Object.keys(map)) {
    const one = map[key];
    if (typeof one === "bigint" || typeof one === "object") map[key] = exact(one, depth + 1);
  }
  return value;
}

/**
 * Cuts a stream of bytes into the bodies of frames, however the bytes are chunked.
 *
 * It holds one frame at most. After an error nothing that follows can be trusted: the stream is to be ended.
 */
export class FrameReader {
  readonly #header = new Uint8Array(HEADER);
  #headed = 0;
  #body: Uint8Array | undefined;
  #filled = 0;

  /** Whether the stream stands between two frames. */
  get between(): boolean {
    return this.#headed === 0 && this.#body === undefined;
  }

  /**
   * Yield the bodies that are complete with these bytes; a body may be a view into them.
   *
   * @throws FrameInvalid - A length is zero or above {@link MAX_FRAME}.
   */
  *push(chunk: Uint8Array): Generator<Uint8Array, void, undefined> {
    let at = 0;
    while (at < chunk.length) {
      if (this.#body === undefined) {
        const taken = Math.min(HEADER - this.#headed, chunk.length - at);
        this.#header.set(chunk.subarray(at, at + taken), this.#headed);
        this.#headed += taken;
        at += taken;
        if (this.#headed < HEADER) return;
        const length = new DataView(this.#header.buffer).getUint32(0, true);
        if (length === 0 || length > MAX_FRAME) throw new FrameInvalid("a frame's length is not 1 to 16 MiB");
        if (chunk.length - at >= length) {
          this.#headed = 0;
          yield chunk.subarray(at, at + length);
          at += length;
          continue;
        }
        this.#body = new Uint8Array(length);
        this.#filled = 0;
      }
      const body = this.#body;
      const taken = Math.min(body.length - this.#filled, chunk.length - at);
      body.set(chunk.subarray(at, at + taken), this.#filled);
      this.#filled += taken;
      at += taken;
      if (this.#filled < body.length) return;
      this.#headed = 0;
      this.#body = undefined;
      yield body;
    }
  }
}
