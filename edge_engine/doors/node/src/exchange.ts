/** Who waits for which answer, over any line that carries messages. */
import { CallCancelled, refusalOf } from "./failures.js";
import { decode, encode, type Message, type ResponseMessage, type WireError } from "./frame.js";
import { Cancelled, FrameInvalid } from "./generated.js";

/** Carries messages to the engine: a pipe to a sidecar, or the library in this process. */
export interface Line {
  /** Whether the length goes in front of each message. */
  readonly framed: boolean;
  /** Take a message; false where the far side is slow: then nothing more is sent until {@link Exchange.resume}. */
  send(bytes: Uint8Array): boolean;
}

/** Answers a question that the engine asks its host. */
export type Answerer = (params: unknown) => unknown;

/** What every call may be given. */
export interface CallOptions {
  /**
   * Aborts the call. One that was not sent yet is never sent. One that was sent settles with what the engine says:
   * {@link CallCancelled}, or its result where that was reached first.
   */
  readonly signal?: AbortSignal | undefined;
}

/** What a call may be given besides, by this package. */
export interface RequestOptions extends CallOptions {
  /** Called with what the engine tells of how far the call is. */
  readonly onProgress?: ((event: object) => void) | undefined;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly settle: () => void;
  readonly onProgress: ((event: object) => void) | undefined;
  reason: unknown;
}

/** The calls that one signal aborts. One listener serves them all: a host's signal may be given to hundreds of calls. */
interface Watched {
  readonly ids: Set<number>;
  readonly abort: () => void;
}

const MAX_ID = 2 ** 31 - 1;

/** Calls that are under way at once; more wait here, since the engine lets only so many wait there. */
export const WINDOW = 256;

/**
 * Matches answers to questions in both directions.
 *
 * Nothing here knows a process or a library: it takes messages in and gives messages to its {@link Line}.
 */
export class Exchange {
  readonly #line: Line;
  readonly #answerers: ReadonlyMap<string, Answerer>;
  readonly #told: (method: string, params: unknown) => void;
  readonly #waiting = new Map<number, Waiting>();
  /** Requests by id that are not under way, the oldest first. */
  readonly #unsent = new Map<number, Uint8Array>();
  readonly #untold: Uint8Array[] = [];
  #last = 0;
  #slow = false;
  #gone: Error | undefined;
  #closing: Error | undefined;
  readonly #watched = new Map<AbortSignal, Watched>();

  /**
   * @param line - Carries the messages.
   * @param answerers - What the host answers, by method.
   * @param told - Called with each notification of the engine.
   */
  constructor(
    line: Line,
    answerers: ReadonlyMap<string, Answerer>,
    told: (method: string, params: unknown) => void,
  ) {
    this.#line = line;
    this.#answerers = answerers;
    this.#told = told;
  }

  /** How many calls wait for their answer. */
  get pending(): number {
    return this.#waiting.size;
  }

  /**
   * Ask the engine.
   *
   * @throws EdgeError - What the engine refused, by its code.
   * @throws EngineGone - The engine ended before it answered.
   */
  request(method: string, params: unknown, options: RequestOptions = {}): Promise<unknown> {
    const refused = this.#gone ?? this.#closing;
    if (refused !== undefined) return Promise.reject(refused);
    const { signal, onProgress } = options;
    if (signal?.aborted === true) return Promise.reject(new CallCancelled(signal.reason));
    const id = this.#next();
    let bytes: Uint8Array;
    try {
      bytes = encode({ kind: "request", id, method, params }, this.#line.framed);
    } catch (error) {
      return Promise.reject(error as Error);
    }
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        if (signal !== undefined) this.#unwatch(signal, id);
      };
      this.#waiting.set(id, { resolve, reject, settle, onProgress, reason: undefined });
      if (signal !== undefined) this.#watch(signal, id);
      this.#unsent.set(id, bytes);
      this.#flush();
    });
  }

  /**
   * Ask the engine to close its store, after all that was asked before; whatever is asked from now on is rejected.
   *
   * @param reason - With what.
   */
  close(reason: Error): Promise<unknown> {
    const closed = this.request("close", null);
    this.#closing = reason;
    return closed;
  }

  /** Tell the engine something; it does not answer. */
  notify(method: string, params: unknown): void {
    this.#say({ kind: "notification", method, params });
  }

  /**
   * Take a message from the engine.
   *
   * @throws FrameInvalid - It is no message of this protocol.
   */
  receive(body: Uint8Array): void {
    const message = decode(body);
    switch (message.kind) {
      case "response":
        this.#settle(message);
        return;
      case "notification":
        this.#progress(message.params);
        this.#told(message.method, message.params);
        return;
      case "request":
        if (message.id >= 0) throw new FrameInvalid("the engine asks with ids below zero");
        void this.#answer(message.id, message.method, message.params);
    }
  }

  /** The far side takes messages again. */
  resume(): void {
    this.#slow = false;
    this.#flush();
  }

  /** Reject everything that waits, and whatever is asked from now on. */
  end(reason: Error): void {
    if (this.#gone !== undefined) return;
    this.#gone = reason;
    this.#unsent.clear();
    this.#untold.length = 0;
    for (const waiting of this.#waiting.values()) {
      waiting.settle();
      waiting.reject(reason);
    }
    this.#waiting.clear();
  }

  #watch(signal: AbortSignal, id: number): void {
    let watched = this.#watched.get(signal);
    if (watched === undefined) {
      const ids = new Set<number>();
      const abort = (): void => {
        for (const one of [...ids]) this.#abort(one, signal.reason);
      };
      watched = { ids, abort };
      this.#watched.set(signal, watched);
      signal.addEventListener("abort", abort, { once: true });
    }
    watched.ids.add(id);
  }

  #unwatch(signal: AbortSignal, id: number): void {
    const watched = this.#watched.get(signal);
    watched?.ids.delete(id);
    if (watched?.ids.size !== 0) return;
    signal.removeEventListener("abort", watched.abort);
    this.#watched.delete(signal);
  }

  #progress(event: unknown): void {
    if (typeof event !== "object" || event === null || !("kind" in event) || event.kind !== "progress") return;
    const onProgress = "id" in event ? this.#waiting.get(event.id as number)?.onProgress : undefined;
    // Later: what a host's own code throws is the host's, and no fault of the message.
    if (onProgress !== undefined) queueMicrotask(() => onProgress(event));
  }

  #next(): number {
    do {
      this.#last = this.#last === MAX_ID ? 1 : this.#last + 1;
    } while (this.#waiting.has(this.#last));
    return this.#last;
  }

  /** Send what may be sent: what is told and answered first, so that a cancel overtakes requests. */
  #flush(): void {
    while (!this.#slow) {
      const told = this.#untold.shift();
      if (told !== undefined) {
        this.#slow = !this.#line.send(told);
        continue;
      }
      if (this.#waiting.size - this.#unsent.size >= WINDOW) return;
      const next = this.#unsent.entries().next();
      if (next.done === true) return;
      const [id, bytes] = next.value;
      this.#unsent.delete(id);
      this.#slow = !this.#line.send(bytes);
    }
  }

  #say(message: Message): void {
    if (this.#gone !== undefined) return;
    this.#untold.push(encode(message, this.#line.framed));
    this.#flush();
  }

  #abort(id: number, reason: unknown): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    waiting.reason = reason;
    if (this.#unsent.delete(id)) {
      this.#waiting.delete(id);
      waiting.settle();
      waiting.reject(new CallCancelled(reason));
    } else {
      this.notify("cancel", { id });
    }
  }

  #settle(message: ResponseMessage): void {
    // The engine answers what it cannot read with an id of zero.
    if (message.id === 0 && message.error !== null) throw refused(message.error, undefined);
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) throw new FrameInvalid("a response answers no request");
    this.#waiting.delete(message.id);
    waiting.settle();
    this.#flush();
    if (message.error === null) waiting.resolve(message.result);
    else waiting.reject(refused(message.error, waiting.reason));
  }

  async #answer(id: number, method: string, params: unknown): Promise<void> {
    let error: WireError | null = null;
    let result: unknown = null;
    const answerer = this.#answerers.get(method);
    if (answerer === undefined) {
      error = { code: "input", message: "this host does not serve that" };
    } else {
      try {
        result = await answerer(params);
      } catch {
        // What a host's own code says may hold anything: only that it failed goes on.
        error = { code: "door", message: "the host could not answer" };
      }
    }
    try {
      this.#say({ kind: "response", id, error, result });
    } catch {
      this.#say({ kind: "response", id, error: { code: "door", message: "the host's answer cannot be carried" }, result: null });
    }
  }
}


function refused({ code, message, told }: WireError, reason: unknown): Error {
  const refusal = refusalOf(code, message, told);
  return refusal instanceof Cancelled ? new CallCancelled(reason) : refusal;
}
