/** What goes wrong on the way to the engine, and the errors that codes mean. */
import { EdgeError } from "./errors.js";
import { Cancelled, DoorError, REFUSALS } from "./generated.js";

/**
 * The engine is not there: it is closed, could not be started, or ended before it answered.
 *
 * A store that was open is whole: what was committed is kept, what was not is as if it had not been asked.
 */
export class EngineGone extends DoorError {
  static override readonly code: string = "door.gone";
}

/** A call that its signal aborted; `cause` is the signal's reason. Its name is the web's, `AbortError`. */
export class CallCancelled extends Cancelled {
  constructor(reason: unknown) {
    super("the call was cancelled", { cause: reason });
  }

  override get name(): string {
    return "AbortError";
  }
}

/**
 * Return the error that a code means.
 *
 * A code of a newer engine becomes the class of its family, or {@link EdgeError}, and keeps the code.
 */
export function refusalOf(code: string, message: string, told: Readonly<Record<string, string>> = {}): EdgeError {
  for (let known = code; known !== ""; known = known.slice(0, Math.max(0, known.lastIndexOf(".")))) {
    const refusal = REFUSALS[known];
    if (refusal !== undefined) return new refusal(message, { code, told });
  }
  return new EdgeError(message, { code });
}
