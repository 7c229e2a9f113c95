/** Events as they come, for as many readers as there are. */

/** Events that a slow reader may leave lying. */
export const MAX_WAITING = 1024;

/** Told to a reader in place of events that it was too slow for. */
export interface Missed {
  readonly kind: "missed";
  /** How many events were dropped, the oldest first. */
  readonly count: number;
}

interface Reader<E> {
  readonly wants: (event: E) => boolean;
  readonly waiting: E[];
  dropped: number;
  wake: (() => void) | undefined;
}

/**
 * Hands each event to every reader.
 *
 * Reading responses never stops for a slow reader of events, so that a loop over events may ask the engine
 * something. What it leaves lying is bounded instead, and it is told how much it missed.
 */
export class EventFan<E extends object> {
  readonly #readers = new Set<Reader<E>>();
  #ended = false;
  #reason: Error | undefined;

  /** Give an event to everybody who reads. */
  push(event: E): void {
    for (const reader of this.#readers) {
      if (!reader.wants(event)) continue;
      if (reader.waiting.length === MAX_WAITING) {
        reader.waiting.shift();
        reader.dropped += 1;
      }
      reader.waiting.push(event);
      reader.wake?.();
    }
  }

  /** End every reading; with a reason, as an error. */
  end(reason?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#reason = reason;
    for (const reader of this.#readers) reader.wake?.();
  }

  /**
   * Yield events from now on, until the engine is closed, the signal aborts or the loop is left.
   *
   * Listening begins with the call, not with the first turn of the loop.
   */
  read(wants: (event: E) => boolean, signal?: AbortSignal): AsyncGenerator<E | Missed, void, undefined> {
    const reader: Reader<E> = { wants, waiting: [], dropped: 0, wake: undefined };
    this.#readers.add(reader);
    const stop = (): void => {
      this.#readers.delete(reader);
      reader.wake?.();
    };
    if (signal?.aborted === true) stop();
    else signal?.addEventListener("abort", stop, { once: true });
    const leave = (): void => {
      stop();
      signal?.removeEventListener("abort", stop);
    };
    const turns = this.#turns(reader, leave);
    const finish = turns.return.bind(turns);
    // A generator that never began, or that waits, does not come to its own `finally`.
    turns.return = (value) => {
      leave();
      return finish(value);
    };
    return turns;
  }

  async *#turns(reader: Reader<E>, leave: () => void): AsyncGenerator<E | Missed, void, undefined> {
    try {
      for (;;) {
        if (reader.dropped > 0) {
          const count = reader.dropped;
          reader.dropped = 0;
          yield { kind: "missed", count };
        }
        const event = reader.waiting.shift();
        if (event !== undefined) {
          yield event;
          continue;
        }
        if (!this.#readers.has(reader)) return;
        if (this.#ended) {
          if (this.#reason !== undefined) throw this.#reason;
          return;
        }
        await new Promise<void>((resolve) => {
          reader.wake = resolve;
        });
        reader.wake = undefined;
      }
    } finally {
      leave();
    }
  }
}
