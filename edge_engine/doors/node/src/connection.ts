/** What the client needs of a way to the engine, whichever way it is. */
import type { RequestOptions } from "./exchange.js";

/** A way to one engine: in a process of its own, or in this one. */
export interface Connection {
  /** Identifier of the process that the engine runs in; undefined where it could not be started. */
  readonly pid: number | undefined;

  /** How many calls wait for their answer. */
  readonly pending: number;

  /**
   * Ask the engine.
   *
   * @throws EdgeError - What the engine refused, by its code.
   * @throws EngineGone - The engine is closed, or ended before it answered.
   */
  request(method: string, params: unknown, options?: RequestOptions): Promise<unknown>;

  /** Let what was asked be answered, close the store and end; asked twice it ends once. */
  close(): Promise<void>;
}

/** Takes what the engine says unasked. */
export interface Told {
  /** One notification. */
  readonly notification: (method: string, params: unknown) => void;
  /** The engine is no more: closed where no reason is given. */
  readonly end: (reason?: Error) => void;
}
