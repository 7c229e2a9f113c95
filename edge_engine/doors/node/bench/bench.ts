/**
 * Measures the ways to the engine and prints JSON: `bench.js start|calls|lag COMMAND [LIBRARY]`.
 *
 * `start` measures one fresh engine of each way, `calls` takes turns between both, `lag` watches this process's own event
 * loop while the engine works. Without a library the way through koffi is left out.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import type { Connection } from "../src/connection.js";
import { ABI } from "../src/frame.js";
import { openNative } from "../src/native.js";
import { Sidecar } from "../src/sidecar.js";

type Figures = Record<string, number>;

const [what = "", command = "edge-engine", library] = process.argv.slice(2);
const told = { notification: (): void => undefined, end: (): void => undefined };
const HELLO = { abi: ABI, client: "bench", client_version: "1" };
const OPEN = { path: "", clock: "2026-06-30T12:00:00Z", seed: 7 };

const WAYS: Record<string, () => Promise<Connection>> = {
  stdio: async () => new Sidecar({ command }, new Map(), told),
  ...(library === undefined ? {} : { koffi: () => openNative({ library }, new Map(), told) }),
};

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function timed(call: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await call();
  return performance.now() - started;
}

async function ready(way: string): Promise<Connection> {
  const connection = await (WAYS[way] as () => Promise<Connection>)();
  await connection.request("hello", HELLO);
  await connection.request("open", OPEN);
  return connection;
}

async function start(): Promise<Figures> {
  const figures: Figures = {};
  for (const [way, begin] of Object.entries(WAYS)) {
    const store = mkdtempSync(join(tmpdir(), "edge-bench-"));
    let connection: Connection | undefined;
    figures[`hello_${way}_ms`] = await timed(async () => {
      connection = await begin();
      await connection.request("hello", HELLO);
    });
    const made = connection as unknown as Connection;
    const key = new Uint8Array(32).fill(3);
    figures[`open_${way}_ms`] = await timed(() => made.request("open", { path: join(store, "me.edge"), key }));
    await made.request("consent.grant", { purpose: "categorization" });
    const texts = ["TESCO STORES 3297 LEEDS"];
    figures[`first_categorize_${way}_ms`] = await timed(() => made.request("categorize", { texts }));
    await made.close();
    rmSync(store, { recursive: true });
  }
  return figures;
}

async function calls(): Promise<Figures> {
  const engines = new Map<string, Connection>();
  for (const way of Object.keys(WAYS)) engines.set(way, await ready(way));
  const found: Record<string, number[]> = {};
  for (let round = 0; round < 30; round += 1) {
    for (const [way, engine] of engines) {
      for (const [name, method] of [["nil", "ping"], ["accounts", "accounts"]] as const) {
        for (let n = 0; n < 50; n += 1) {
          (found[`${name}_${way}_us`] ??= []).push(1000 * (await timed(() => engine.request(method, null))));
        }
      }
      const together = await timed(() => Promise.all(Array.from({ length: 200 }, () => engine.request("ping", null))));
      (found[`nil_pipelined_${way}_us`] ??= []).push((1000 * together) / 200);
    }
    if (library !== undefined) (found["nil_koffi_blocking_us"] ??= []).push(...(await blocking(library)));
  }
  for (const engine of engines.values()) await engine.close();
  return Object.fromEntries(Object.entries(found).map(([name, values]) => [name, median(values)]));
}

let block: (() => void) | undefined;

/** Microseconds of nil calls that this thread waits for, without a promise: what the library itself takes. */
async function blocking(path: string): Promise<number[]> {
  if (block === undefined) {
    const koffi = (await import("koffi")).default;
    const { encode } = await import("../src/frame.js");
    const loaded = koffi.load(path);
    const open = loaded.func("int ee_door_new(_Out_ uint64_t *door)");
    const call = loaded.func(
      "int ee_door_call(uint64_t door, const uint8_t *frame, size_t size, _Out_ void **response, _Out_ size_t *n)",
    );
    const free = loaded.func("void ee_free(void *pointer)");
    const door: [number | bigint | null] = [null];
    open(door);
    const ask = (method: string, params: object | null): void => {
      const bytes = encode({ kind: "request", id: 1, method, params }, false);
      const response: [unknown] = [null];
      const status: number = call(door[0], bytes, bytes.length, response, [null]);
      if (status !== 0) throw new Error(`the library says ${status}`);
      free(response[0]);
    };
    ask("hello", HELLO);
    block = () => ask("ping", null);
  }
  const took: number[] = [];
  for (let n = 0; n < 50; n += 1) {
    const started = performance.now();
    block();
    took.push(1000 * (performance.now() - started));
  }
  return took;
}

/** The statement that the engine is kept busy with: 20,000 rows of two years. */
function statement(): Uint8Array {
  const rows = ["Date,Description,Amount"];
  for (let n = 0; n < 20_000; n += 1) {
    const day = new Date(Date.UTC(2024, 6, 1) + (n % 730) * 86_400_000).toISOString().slice(0, 10);
    rows.push(`${day},SHOP ${n % 977} HIGH STREET ${n},-${1 + (n % 90)}.${10 + (n % 89)}`);
  }
  return new TextEncoder().encode(`${rows.join("\n")}\n`);
}

async function lag(): Promise<Figures> {
  const figures: Figures = {};
  const bytes = statement();
  const watched = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    await work();
    delay.disable();
    // The histogram holds whole turns of a timer of one millisecond.
    figures[`lag_${name}_p50_ms`] = Math.max(0, delay.percentile(50) / 1e6 - 1);
    figures[`lag_${name}_p99_ms`] = Math.max(0, delay.percentile(99) / 1e6 - 1);
    figures[`lag_${name}_worst_ms`] = Math.max(0, delay.max / 1e6 - 1);
  };
  await watched("idle", () => setTimeout(2000));
  for (const way of Object.keys(WAYS)) {
    const engine = await ready(way);
    for (const purpose of ["categorization", "insights"]) await engine.request("consent.grant", { purpose });
    const held: number[] = [];
    await watched(way, async () => {
      const done = engine.request("import", { content: bytes, currency: "GBP" });
      // A host goes on asking meanwhile; each question is one more chance to be held up.
      for (let n = 0; n < 100; n += 1) {
        const began = performance.now();
        const asked = engine.request("ping", null);
        held.push(performance.now() - began);
        await asked;
        await setTimeout(10);
      }
      await done;
      await engine.request("insights", null);
      await engine.request("transactions", { limit: 50 });
    });
    // What handing in a question itself takes of this thread: the client's own part of the lag.
    figures[`held_${way}_worst_ms`] = Math.max(...held);
    await engine.close();
  }
  return figures;
}

const measured: Record<string, () => Promise<Figures>> = { start, calls, lag };
const measure = measured[what];
if (measure === undefined) throw new Error("usage: bench.js start|calls|lag COMMAND [LIBRARY]");
process.stdout.write(`${JSON.stringify(await measure())}\n`);
process.exit(0);
