/** The engine inside this process: the C library, called through koffi. */
import type { Connection, Told } from "./connection.js";
import { EngineGone } from "./failures.js";
import { Exchange, type Answerer, type RequestOptions } from "./exchange.js";

/** Where the library is, and where its Python is. */
export interface NativeOptions {
  /** Path of `libedge_engine`, with its ending. */
  readonly library: string;
  /** Folder that holds `lib/pythonX.Y`; what the library was built with where none is given. */
  readonly home?: string | undefined;
  /** Folders that hold the engine's packages; those of the build where none are given. */
  readonly paths?: readonly string[] | undefined;
}

/** The functions of `edge_engine.h` that are used here, as koffi gives them. */
interface Library {
  readonly start: Later<[options: object | null, reason: [string | null]]>;
  readonly open: Later<[door: [bigint | number | null]]>;
  readonly post: Later<[door: Door, frame: Uint8Array, size: number]>;
  readonly listen: Later<[door: Door, push: bigint | null, user: null]>;
  readonly close: Later<[door: Door]>;
  readonly describe: (status: number) => string;
  readonly register: (push: Push) => bigint;
  readonly unregister: (push: bigint) => void;
  readonly bytes: (frame: unknown, size: number) => Uint8Array;
}

type Door = bigint | number;
type Push = (user: unknown, frame: unknown, size: number | bigint) => void;
/** A function that koffi may call on a thread of its own. */
type Later<A extends unknown[]> = ((...args: A) => number) & {
  readonly async: (...args: [...A, (error: Error | null, status: number) => void]) => void;
};

const OK = 0;
const ABI = 1;
const CLOSED = 5;

/** Milliseconds from which on handing in a message is felt by a host that draws or types. */
const FELT = 0.5;

/** Loaded libraries by path. INVARIANT: never emptied, since a Python that runs cannot be unloaded. */
const loaded = new Map<string, Promise<Library>>();

async function load(path: string): Promise<Library> {
  const found = await import("koffi").catch((cause: unknown) => {
    throw new EngineGone("the package koffi is needed to run the engine in this process", { cause });
  });
  const koffi = found.default;
  let library: ReturnType<typeof koffi.load>;
  try {
    library = koffi.load(path);
  } catch (cause) {
    throw new EngineGone("the engine's library cannot be loaded", { cause });
  }
  const push = koffi.pointer(koffi.proto("void(void *user, const uint8_t *frame, size_t size)"));
  const options = koffi.struct({ abi: "uint32_t", home: "const char *", paths: "const char **", path_count: "size_t" });
  const freed = koffi.disposable("char *", library.func("void ee_free(void *pointer)"));
  return {
    start: library.func("ee_start", "int", [koffi.pointer(options), koffi.out(koffi.pointer(freed))]),
    open: library.func("int ee_door_new(_Out_ uint64_t *door)"),
    post: library.func("int ee_door_post(uint64_t door, const uint8_t *frame, size_t size)"),
    listen: library.func("ee_door_on_push", "int", ["uint64_t", push, "void *"]),
    close: library.func("int ee_door_close(uint64_t door)"),
    describe: library.func("const char *ee_strerror(int status)"),
    register: (called) => koffi.register(called, push),
    unregister: (called) => koffi.unregister(called),
    // Copied: the frame lives no longer than the callback.
    bytes: (frame, size) => new Uint8Array(koffi.view(frame, size)).slice(),
  };
}

/** Call a function on a thread of koffi and return its status. */
function later<A extends unknown[]>(call: Later<A>, ...given: A): Promise<number> {
  return new Promise((resolve, reject) => {
    call.async(...given, (error, status) => (error === null ? resolve(status) : reject(error)));
  });
}

/**
 * Return an engine in this process, started where it was not.
 *
 * @param options - Where it is.
 * @param answerers - What the host answers, by method.
 * @param told - Takes its notifications, and learns of its end.
 * @throws EngineGone - koffi or the library is missing, or the engine cannot be started here.
 */
export async function openNative(
  options: NativeOptions,
  answerers: ReadonlyMap<string, Answerer>,
  told: Told,
): Promise<Connection> {
  let loading = loaded.get(options.library);
  if (loading === undefined) {
    loading = load(options.library);
    loaded.set(options.library, loading);
    loading.catch(() => loaded.delete(options.library));
  }
  const library = await loading;
  const paths = options.paths ?? [];
  const reason: [string | null] = [null];
  const given =
    options.home === undefined && paths.length === 0
      ? null
      : { abi: ABI, home: options.home ?? null, paths: paths.length > 0 ? paths : null, path_count: paths.length };
  // Starting Python takes long enough to be felt, so it is done on another thread.
  const started = await later(library.start, given, reason);
  if (started !== OK) throw new EngineGone(reason[0] ?? library.describe(started));
  const door: [bigint | number | null] = [null];
  const opened = await later(library.open, door);
  if (opened !== OK || door[0] === null) throw new EngineGone(library.describe(opened));
  return new Native(library, door[0], answerers, told);
}

/**
 * One door of the library.
 *
 * INVARIANT: nothing that waits for the engine's thread is called on this one. The engine's thread waits for this one
 * while it pushes, so each would wait for the other for ever: such functions are called on threads of koffi.
 */
class Native implements Connection {
  readonly #library: Library;
  readonly #door: Door;
  readonly #exchange: Exchange;
  readonly #told: Told;
  readonly #push: bigint;
  /** Calls from the engine's thread do not keep the process alive by themselves; an open engine does. */
  readonly #alive = setInterval(() => undefined, 2 ** 31 - 1);
  readonly #unposted: Uint8Array[] = [];
  #computing = false;
  #posting = false;
  #closing: Promise<void> | undefined;
  #ended = false;

  constructor(library: Library, door: Door, answerers: ReadonlyMap<string, Answerer>, told: Told) {
    this.#library = library;
    this.#door = door;
    this.#told = told;
    this.#exchange = new Exchange({ framed: false, send: (bytes) => this.#send(bytes) }, answerers, told.notification);
    this.#push = library.register((_user, frame, size) => this.#receive(frame, Number(size)));
    const status = library.listen(door, this.#push, null);
    if (status !== OK) this.#over(new EngineGone(library.describe(status)));
  }

  get pid(): number {
    return process.pid;
  }

  get pending(): number {
    return this.#exchange.pending;
  }

  request(method: string, params: unknown, options?: RequestOptions): Promise<unknown> {
    return this.#exchange.request(method, params, options);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /**
   * Hand in a message. It takes microseconds, unless the engine computes and holds Python's lock: once that was felt,
   * messages go in through a thread of koffi, one after the other, until nothing is under way any more.
   */
  #send(bytes: Uint8Array): boolean {
    if (this.#exchange.pending <= 1) this.#computing = false;
    if (this.#computing || this.#posting) {
      this.#unposted.push(bytes);
      void this.#post();
      return true;
    }
    const started = performance.now();
    this.#posted(this.#library.post(this.#door, bytes, bytes.length));
    if (performance.now() - started > FELT) this.#computing = true;
    return true;
  }

  async #post(): Promise<void> {
    if (this.#posting) return;
    this.#posting = true;
    for (let bytes = this.#unposted.shift(); bytes !== undefined && !this.#ended; bytes = this.#unposted.shift()) {
      this.#posted(await later(this.#library.post, this.#door, bytes, bytes.length));
    }
    this.#posting = false;
  }

  #posted(status: number): void {
    if (status !== OK) this.#over(new EngineGone(this.#library.describe(status)));
  }

  #receive(frame: unknown, size: number): void {
    try {
      this.#exchange.receive(this.#library.bytes(frame, size));
    } catch (cause) {
      this.#over(new EngineGone("the engine sent what is no message", { cause }));
    }
  }

  #over(reason: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#alive);
    this.#exchange.end(reason);
    this.#told.end(this.#closing === undefined ? reason : undefined);
  }

  async #close(): Promise<void> {
    await this.#exchange.close(new EngineGone("the engine is closed")).catch(() => undefined);
    const status = await later(this.#library.close, this.#door);
    this.#over(new EngineGone("the engine is closed"));
    this.#library.unregister(this.#push);
    if (status !== OK && status !== CLOSED) throw new EngineGone(this.#library.describe(status));
  }
}
