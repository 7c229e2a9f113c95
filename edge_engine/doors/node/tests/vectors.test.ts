/** The golden vectors of the doors: this client hears what every other face of the engine hears. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Connection } from "../src/connection.js";
import type { Answerer } from "../src/exchange.js";
import { EdgeError } from "../src/index.js";
import { openNative } from "../src/native.js";
import { Sidecar } from "../src/sidecar.js";
import { KOFFI, STDIO, folder } from "./fakes/opened.js";

interface Step {
  readonly method: string;
  readonly params: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
  readonly keep?: Readonly<Record<string, string>>;
}

interface Vectors {
  readonly host: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

const FOLDER = fileURLToPath(new URL("../../../../../tests/vectors/", import.meta.url));
const MISSING = existsSync(join(FOLDER, "doors.json")) ? false : "the vectors are not part of this package";

type Open = (answerers: ReadonlyMap<string, Answerer>) => Promise<Connection>;
const told = { notification: (): void => undefined, end: (): void => undefined };
const WAYS: readonly [string, string | false, Open][] = [
  ["stdio", STDIO.skip, async (answerers) => new Sidecar(STDIO.options.sidecar ?? {}, answerers, told)],
  ["koffi", KOFFI.skip, (answerers) => openNative(KOFFI.options.native ?? { library: "" }, answerers, told)],
];

for (const [name, skip, open] of WAYS) {
  test(`${name} answers like the golden vectors`, { skip: MISSING || skip }, async (t) => {
    const vectors = JSON.parse(readFileSync(join(FOLDER, "doors.json"), "utf8")) as Vectors;
    const made = folder(t);
    const known: Record<string, unknown> = {
      bank: join(FOLDER, "doors_bank.csv"),
      store: join(made, "me.edge"),
      second: join(made, "second.edge"),
      export: join(made, "me.zip"),
      missing: join(made, "not-there.csv"),
    };
    const host = Object.entries(vectors.host).map(([method, text]): [string, Answerer] => [
      method,
      () => new Uint8Array(Buffer.from(text, "base64")),
    ]);
    const connection = await open(new Map(host));
    t.after(() => connection.close());
    let replayed = 0;
    for (const [number, step] of vectors.steps.entries()) {
      const where = `step ${number}: ${step.method}`;
      const found = await answer(connection, step, known);
      const expected = step.error === undefined ? { result: step.result } : { error: step.error };
      assert.deepEqual(differences(expected, found), [], where);
      for (const [kept, path] of Object.entries(step.keep ?? {})) known[kept] = at(found["result"], path);
      replayed += 1;
    }
    assert.ok(replayed > 80);
    t.diagnostic(`${name}: ${replayed} of ${vectors.steps.length} steps replayed`);
  });
}

async function answer(connection: Connection, step: Step, known: Record<string, unknown>): Promise<Record<string, unknown>> {
  // The vectors close the store in between; only a response counts here, not what the client does at the end.
  try {
    return { result: plain(await connection.request(step.method, filled(step.params, known))) };
  } catch (error) {
    assert.ok(error instanceof EdgeError, String(error));
    return { error: { code: error.code, message: error.message } };
  }
}

function filled(given: unknown, known: Record<string, unknown>): unknown {
  if (typeof given === "string") return /^\$\{\w+\}$/.test(given) ? known[given.slice(2, -1)] : given;
  if (Array.isArray(given)) return given.map((one) => filled(one, known));
  if (typeof given !== "object" || given === null) return given;
  return Object.fromEntries(Object.entries(given).map(([name, one]) => [name, filled(one, known)]));
}

function plain(given: unknown): unknown {
  if (given instanceof Uint8Array) return Buffer.from(given).toString("base64");
  if (Array.isArray(given)) return given.map(plain);
  if (typeof given !== "object" || given === null) return given;
  return Object.fromEntries(Object.entries(given).map(([name, one]) => [name, plain(one)]));
}

function at(given: unknown, path: string): unknown {
  return path.split(".").reduce((found, name) => (found as Record<string, unknown>)[name], given);
}

/** Where an answer is not the expected one: `"*"` is anything, numbers that are not whole are near, fields may be more. */
function differences(expected: unknown, found: unknown, where = "$"): string[] {
  if (expected === "*") return [];
  if (Array.isArray(expected) && Array.isArray(found)) {
    if (expected.length !== found.length) return [`${where} has ${found.length} items and not ${expected.length}`];
    return expected.flatMap((one, n) => differences(one, found[n], `${where}[${n}]`));
  }
  if (isMap(expected) && isMap(found)) {
    return Object.entries(expected).flatMap(([name, one]) =>
      Object.hasOwn(found, name) ? differences(one, found[name], `${where}.${name}`) : [`${where}.${name} is missing`],
    );
  }
  const near = typeof expected === "number" && typeof found === "number" && Math.abs(expected - found) <= 1e-6 * Math.max(1, Math.abs(expected));
  const same = near && !(Number.isInteger(expected) && Number.isInteger(found)) ? true : expected === found;
  return same ? [] : [`${where} is ${JSON.stringify(found)} and not ${JSON.stringify(expected)}`];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
