/** The root of every error that the engine or this client raises on purpose. */

/** What an error is made with beside its sentence. */
export interface EdgeErrorOptions extends ErrorOptions {
  /** The code, where it is another than the class's: one of a newer engine. */
  readonly code?: string;
  /** What else the engine told, by name. */
  readonly told?: Readonly<Record<string, string>>;
}

/**
 * Something was refused or failed.
 *
 * Tell errors apart by `code`, which never changes its meaning, or by class. A message is one sentence without
 * private data, fit for a log.
 */
export class EdgeError extends Error {
  /** The code of this class. */
  static readonly code: string = "edge";

  /** Stable identifier, such as `consent.denied`. */
  readonly code: string;

  constructor(message: string, options: EdgeErrorOptions = {}) {
    const { code, cause } = options;
    super(message, cause === undefined ? {} : { cause });
    this.code = code ?? new.target.code;
  }

  override get name(): string {
    return this.constructor.name;
  }
}
