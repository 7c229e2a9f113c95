/** The engine as a program of Node sees it. */
import type { Connection, Told } from "./connection.js";
import { EventFan, type Missed } from "./events.js";
import type { CallOptions } from "./exchange.js";
import {
  DoorError,
  Operations,
  type EngineEvent,
  type Greeting,
  type Import,
  type IngestReport,
  type Open,
  type Opened,
  type ProgressEvent,
  type React,
  type Reacted,
  type Resume,
} from "./generated.js";
import { ABI } from "./frame.js";
import { answerersOf, portsOf, type Ports } from "./ports.js";
import { openNative, type NativeOptions } from "./native.js";
import { Sidecar, type SidecarOptions } from "./sidecar.js";
import { VERSION } from "./version.js";

/** The fields of the request that opens a store which are given another way here. */
type Given = "path" | "ports" | "connectors" | "events";

/** The store, its key, what the host answers for, and which way to the engine. */
export interface OpenOptions extends Omit<Open, Given>, CallOptions {
  /** The store's folder, made where there is none; empty for a store in memory. */
  readonly store: string;
  /** What the host answers for. */
  readonly ports?: Ports | undefined;
  /** Kinds of events that are wanted; none are told where none are named. */
  readonly events?: readonly EngineEvent["kind"][] | undefined;
  /** How the sidecar is started. */
  readonly sidecar?: SidecarOptions | undefined;
  /** Runs the engine in this process instead of in a sidecar. */
  readonly native?: NativeOptions | undefined;
}

/** How a statement is read. */
export interface ImportOptions extends Omit<Import, "path" | "content">, CallOptions {
  /** Called with how far it is, a few times a second. */
  readonly onProgress?: ((progress: ProgressEvent) => void) | undefined;
}

/** The key with which a suspended store is opened again; without one it is asked for as it was had before. */
export type ResumeOptions = Resume & CallOptions;

function file(source: string | Uint8Array): { path: string } | { content: Uint8Array } {
  return typeof source === "string" ? { path: source } : { content: source };
}

/**
 * One person's engine over one store.
 *
 * ```ts
 * await using engine = await EdgeEngine.open({ store: "me.edge", passphrase });
 * await engine.consent.grant("insights");
 * const report = await engine.import("statement.csv");
 * ```
 *
 * Calls are done one at a time, in the order in which they were made; none waits for an answer before the next is sent.
 */
export class EdgeEngine extends Operations implements AsyncDisposable {
  readonly #connection: Connection;
  readonly #events: EventFan<EngineEvent>;
  readonly #wanted: readonly EngineEvent["kind"][];

  /** Who answers: its version, and what it can be asked. */
  readonly greeting: Greeting;

  /** Whether the store was made by opening it. */
  readonly created: boolean;

  private constructor(
    connection: Connection,
    events: EventFan<EngineEvent>,
    wanted: readonly EngineEvent["kind"][],
    greeting: Greeting,
    created: boolean,
  ) {
    super();
    this.#connection = connection;
    this.#events = events;
    this.#wanted = wanted;
    this.greeting = greeting;
    this.created = created;
  }

  /**
   * Start an engine and open a store with it.
   *
   * @throws EngineGone - The engine cannot be started.
   * @throws VaultError - The store is held by another process, damaged, newer, or the key is wrong.
   * @throws InputError - An option is not what it must be; nothing was made.
   */
  static async open(options: OpenOptions): Promise<EdgeEngine> {
    const { store, ports, events: wanted = [], sidecar, native, signal, ...rest } = options;
    const events = new EventFan<EngineEvent>();
    const hears: Told = {
      notification: (method, params) => {
        if (method === "event") events.push(params as EngineEvent);
      },
      end: (reason) => events.end(reason),
    };
    const answerers = answerersOf(ports);
    const connection =
      native === undefined ? new Sidecar(sidecar ?? {}, answerers, hears) : await openNative(native, answerers, hears);
    try {
      const hello = { abi: ABI, client: "@edge-engine/client", client_version: VERSION };
      const greeting = (await connection.request("hello", hello, { signal })) as Greeting;
      if (greeting.abi !== ABI) throw new DoorError("this engine speaks another version of the protocol");
      // Progress is always told, as a call may want it; other kinds cost the engine a look after each change.
      const told = [...new Set([...wanted, "progress"])];
      const asked = { ...rest, path: store, events: told, ...portsOf(ports) };
      const { created } = (await connection.request("open", asked, { signal })) as Opened;
      return new EdgeEngine(connection, events, wanted, greeting, created);
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /**
   * Read a bank statement or an event file into the store.
   *
   * @param source - Its path, or its bytes where it has no path on this device.
   */
  import(source: string | Uint8Array, options: ImportOptions = {}): Promise<IngestReport> {
    const { signal, onProgress, ...fields } = options;
    const hears = onProgress as ((event: object) => void) | undefined;
    const asked = { ...file(source), ...fields };
    return this.#connection.request("import", asked, { signal, onProgress: hears }) as Promise<IngestReport>;
  }

  /**
   * Take in what just happened and answer it at once. Takes the purpose `recommendations`.
   *
   * @param source - A file's path, or its bytes.
   */
  react(source: string | Uint8Array, options: Omit<React, "path" | "content"> & CallOptions = {}): Promise<Reacted> {
    const { signal, ...fields } = options;
    return this.#connection.request("react", { ...file(source), ...fields }, { signal }) as Promise<Reacted>;
  }

  /**
   * Yield what the engine tells by itself, from this call on, until the engine is closed, the signal aborts or the loop
   * is left. Only kinds that {@link OpenOptions.events} names are told. A loop that is slow gets a `missed` event in
   * place of the oldest ones.
   *
   * @param kinds - Which of them; all that were named where none are given.
   * @throws EngineGone - The engine ended without being closed.
   */
  events<K extends EngineEvent["kind"] = EngineEvent["kind"]>(
    kinds?: readonly K[],
    options: CallOptions = {},
  ): AsyncGenerator<Extract<EngineEvent, { kind: K }> | Missed, void, undefined> {
    const chosen: readonly string[] = kinds ?? this.#wanted;
    const wants = (event: EngineEvent): boolean => chosen.includes(event.kind);
    const reading = this.#events.read(wants, options.signal);
    return reading as AsyncGenerator<Extract<EngineEvent, { kind: K }> | Missed, void, undefined>;
  }

  /** Identifier of the process that the engine runs in: the sidecar's, or this one's. */
  get pid(): number | undefined {
    return this.#connection.pid;
  }

  /** How many calls wait for their answer. */
  get pending(): number {
    return this.#connection.pending;
  }

  /** Return as soon as the engine's door answers, whatever the engine is doing. */
  async ping(options?: CallOptions): Promise<void> {
    await this.#connection.request("ping", null, options);
  }

  /** Close every file and forget the key, as an app must before it is put to sleep. */
  async suspend(options?: CallOptions): Promise<void> {
    await this.#connection.request("suspend", null, options);
  }

  /** Open the store again after {@link suspend}. */
  async resume(options: ResumeOptions = {}): Promise<void> {
    const { signal, ...key } = options;
    await this.#connection.request("resume", key, { signal });
  }

  /** Let what was asked be answered, close the store and end the engine; asked twice it ends once. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  /** Close; `await using` calls it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  protected override ask(method: string, params: object, options: CallOptions): Promise<unknown> {
    return this.#connection.request(method, params, options);
  }
}
