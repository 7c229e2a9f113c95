/** The engine in a process of its own: `edge-engine serve`, spoken to over its standard input and output. */
import { spawn, type ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { Connection, Told } from "./connection.js";
import { EngineGone } from "./failures.js";
import { Exchange, type Answerer, type RequestOptions } from "./exchange.js";
import { FrameReader } from "./frame.js";

/** How the sidecar is started and ended. */
export interface SidecarOptions {
  /** The program; `edge-engine` on the path where none is given. A desktop app names the one it ships. */
  readonly command?: string | undefined;
  /** Its arguments; `["serve"]` where none are given. */
  readonly args?: readonly string[] | undefined;
  /** Its environment; the host's where none is given. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Its working folder; the host's where none is given. Relative paths in requests start there. */
  readonly cwd?: string | undefined;
  /** Called with what it writes to its standard error, in pieces as they come. Without it nothing is kept. */
  readonly log?: ((text: string) => void) | undefined;
  /** Milliseconds that its process may take to end once the store is closed, before it is killed; 10,000 if not given. */
  readonly patience?: number | undefined;
}

const PATIENCE = 10_000;
/** Milliseconds that the pipe of a process that ended may take to run dry. */
const DRY = 500;

/** A running sidecar. Its process ends when this one does, whichever way. */
export class Sidecar implements Connection {
  readonly #child: ChildProcess;
  readonly #exchange: Exchange;
  readonly #ended: Promise<void>;
  readonly #patience: number;
  readonly #over: (reason: Error) => void;
  #closing: Promise<void> | undefined;

  /**
   * Start the process. It is a failed start too that rejects the first request.
   *
   * @param options - How to start it.
   * @param answerers - What the host answers, by method.
   * @param told - Takes its notifications, and learns of its end.
   */
  constructor(options: SidecarOptions, answerers: ReadonlyMap<string, Answerer>, told: Told) {
    const log = options.log;
    this.#patience = options.patience ?? PATIENCE;
    this.#child = spawn(options.command ?? "edge-engine", [...(options.args ?? ["serve"])], {
      stdio: ["pipe", "pipe", log === undefined ? "ignore" : "pipe"],
      windowsHide: true,
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    const stdin = this.#child.stdin as Writable;
    const stdout = this.#child.stdout as Readable;
    this.#exchange = new Exchange({ framed: true, send: (bytes) => stdin.write(bytes) }, answerers, told.notification);
    let over = false;
    this.#over = (reason) => {
      if (over) return;
      over = true;
      this.#exchange.end(reason);
      told.end(this.#closing === undefined ? reason : undefined);
    };
    this.#read(stdout);
    stdin.on("drain", () => this.#exchange.resume());
    // A broken pipe says no more than the end of the process, which is told apart below.
    stdin.on("error", () => undefined);
    if (log !== undefined) this.#child.stderr?.setEncoding("utf8").on("data", log);
    this.#ended = this.#watch(stdout);
  }

  get pid(): number | undefined {
    return this.#child.pid;
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

  async #close(): Promise<void> {
    // What was asked before is answered first, however long it takes; where the engine is gone there is nothing to close.
    await this.#exchange.close(new EngineGone("the engine is closed")).catch(() => undefined);
    const killed = setTimeout(() => this.#child.kill("SIGKILL"), this.#patience);
    try {
      this.#child.stdin?.end();
      await this.#ended;
    } finally {
      clearTimeout(killed);
    }
  }

  #read(stdout: Readable): void {
    const reader = new FrameReader();
    stdout.on("data", (chunk: Buffer) => {
      try {
        for (const body of reader.push(chunk)) this.#exchange.receive(body);
      } catch (error) {
        stdout.removeAllListeners("data");
        stdout.resume();
        this.#over(new EngineGone("the engine sent what is no message", { cause: error }));
        this.#child.kill("SIGKILL");
      }
    });
  }

  #watch(stdout: Readable): Promise<void> {
    return new Promise((resolve) => {
      const end = (reason: string): void => {
        this.#over(new EngineGone(reason));
        resolve();
      };
      this.#child.on("error", () => end("the engine's process could not be started"));
      this.#child.once("exit", (code, signal) => {
        const how = signal === null ? `with status ${code ?? "unknown"}` : `by ${signal}`;
        const reason = this.#closing === undefined ? `the engine's process ended ${how}` : "the engine is closed";
        // What it said before it ended is still in the pipe.
        if (stdout.closed) end(reason);
        else {
          const dry = setTimeout(() => end(reason), DRY);
          stdout.once("close", () => {
            clearTimeout(dry);
            end(reason);
          });
        }
      });
    });
  }
}
