/** Real engines for tests: which way they are reached is told by the environment. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { EdgeEngine, type OpenOptions } from "../../src/index.js";

const COMMAND = process.env["EDGE_ENGINE_COMMAND"];
const LIBRARY = process.env["EDGE_ENGINE_LIBRARY"];

/** A way to a real engine. */
export interface Way {
  readonly name: string;
  /** Why it cannot be gone here; false where it can. */
  readonly skip: string | false;
  readonly options: Pick<OpenOptions, "sidecar" | "native">;
}

export const STDIO: Way = {
  name: "stdio",
  skip: COMMAND === undefined ? "EDGE_ENGINE_COMMAND does not name the engine's command" : false,
  options: { sidecar: { command: COMMAND } },
};

export const KOFFI: Way = {
  name: "koffi",
  skip: LIBRARY === undefined ? "EDGE_ENGINE_LIBRARY does not name the engine's library" : false,
  options: { native: { library: LIBRARY ?? "" } },
};

export const WAYS: readonly Way[] = [STDIO, KOFFI];

export const PASSPHRASE = "four words of a test";

/** Return an empty folder that is gone after the test. */
export function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), "edge-node-"));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Return an engine that is closed after the test; in memory and in 2026 unless told otherwise. */
export async function opened(t: TestContext, way: Way, options: Partial<OpenOptions> = {}): Promise<EdgeEngine> {
  const clock = options.ports?.clock === undefined ? { clock: "2026-06-30T12:00:00Z" } : {};
  const engine = await EdgeEngine.open({ store: "", seed: 7, ...clock, ...way.options, ...options });
  t.after(() => engine.close());
  return engine;
}

/** Return the bytes of a statement in CSV: a salary, a rent, a subscription that became dearer, and groceries. */
export function statement(months = 14, groceries = 6): Uint8Array {
  const rows = ["Date,Description,Amount"];
  for (let month = 0; month < months; month += 1) {
    const first = new Date(Date.UTC(2026, 6 - months + month, 1));
    const day = (n: number): string => new Date(first.getTime() + (n - 1) * 86_400_000).toISOString().slice(0, 10);
    rows.push(`${day(1)},RENT NORTH STREET,-950.00`);
    rows.push(`${day(5)},NETFLIX.COM,-${month < months - 3 ? "9.99" : "13.99"}`);
    for (let n = 0; n < groceries; n += 1) rows.push(`${day(2 + (n % 26))},TESCO STORES ${3000 + n},-${20 + (n % 30)}.${10 + month}`);
    rows.push(`${day(25)},SALARY ACME LTD,2400.00`);
  }
  return new TextEncoder().encode(`${rows.join("\n")}\n`);
}
