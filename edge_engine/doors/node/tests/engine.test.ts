import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  BudgetExhausted,
  CallCancelled,
  ConsentError,
  EdgeEngine,
  EdgeError,
  EngineGone,
  InputError,
  KeyWrong,
  PurposeDenied,
  VERSION,
  type ProgressEvent,
} from "../src/index.js";
import { KOFFI, PASSPHRASE, STDIO, WAYS, folder, opened, statement, type Way } from "./fakes/opened.js";

const HOST = fileURLToPath(new URL("fakes/host.js", import.meta.url));

const GBP = { currency: "GBP" } as const;

for (const way of WAYS) {
  const on = (name: string, body: (t: TestContext, way: Way) => Promise<void>): void => {
    test(`${way.name}: ${name}`, { skip: way.skip }, (t) => body(t, way));
  };

  on("a statement becomes accounts, transactions with exact money, and insights", async (t) => {
    const engine = await opened(t, way);
    for (const purpose of ["categorization", "insights"]) await engine.consent.grant(purpose);
    const report = await engine.import(statement(), GBP);
    assert.equal(report.added, 14 * 9);
    assert.deepEqual((await engine.import(statement(), GBP)).duplicates, 14 * 9);
    const page = await engine.transactions({ limit: 500 });
    assert.equal(page.total, 14 * 9);
    const salary = page.transactions.find((one) => one.description.includes("SALARY"));
    assert.deepEqual(salary?.amount, { minor: 240_000, currency: "GBP" });
    assert.match(salary?.date ?? "", /^2026-\d\d-25$/);
    const streams = await engine.streams();
    assert.ok(streams.some((one) => one.kind === "salary" && one.expected.minor === 240_000));
    const insights = await engine.insights();
    const rise = insights.map((one) => one.message).find((one) => one.key === "price_rise");
    assert.deepEqual([rise?.old.minor, rise?.new.minor], [999, 1399]);
  });

  on("without consent a call is refused as a class with a code, and the engine goes on", async (t) => {
    const engine = await opened(t, way);
    await assert.rejects(engine.categorize(["TESCO"]), (error) => {
      assert.ok(error instanceof PurposeDenied && error instanceof ConsentError && error instanceof EdgeError);
      assert.ok(!(error instanceof BudgetExhausted));
      assert.equal(error.code, "consent.denied");
      assert.equal(error.name, "PurposeDenied");
      return true;
    });
    await engine.consent.grant("categorization");
    assert.equal((await engine.categorize(["TESCO STORES 3021"]))[0]?.category, "food.groceries");
    await engine.consent.withdraw("categorization");
    await assert.rejects(engine.categorize(["TESCO"]), PurposeDenied);
  });

  on("what does not fit is refused by name", async (t) => {
    const engine = await opened(t, way);
    await assert.rejects(engine.transactions({ limit: 0 }), InputError);
    await assert.rejects(engine.import(new Uint8Array()), { code: "feed.file_refused", message: /the file is empty/ });
    await assert.rejects(engine.import(""), InputError);
    await assert.rejects(engine.consent.grant("no such purpose"), (error) => error instanceof EdgeError);
    await assert.rejects(engine.correct("7" as unknown as number, "food.groceries"), { code: "door.params" });
  });

  on("a review is proposed, and decided on exactly what was shown", async (t) => {
    const engine = await opened(t, way);
    await engine.consent.grant("automatic_saving");
    const terms = { from_account: "A", to_account: "B", currency: "GBP", unit: 100, per_purchase: 99, per_week: 1000, floor: 0 };
    const made = await engine.reviews.propose("round_up_saving", terms, { proposer: "person" });
    assert.equal(made.state, "pending");
    const shown = await engine.reviews.show(made.id);
    assert.deepEqual(shown.content.terms, terms);
    assert.equal((await engine.reviews.approve(made.id, { seen: shown.digest })).state, "approved");
    const loan = [{ minor: 250_000, currency: "GBP" }, 24, { minor: 11_200, currency: "GBP" }] as const;
    await assert.rejects(engine.loans.assess(...loan), PurposeDenied);
    await engine.consent.grant("credit_prescreening");
    assert.equal(typeof (await engine.loans.assess(...loan)).verdict, "string");
  });

  on("calls that are not waited for are done in their order", async (t) => {
    const engine = await opened(t, way);
    const granted = engine.consent.grant("categorization");
    const many = Array.from({ length: 600 }, (_, n) => engine.categorize([`TESCO STORES ${n}`]));
    assert.ok(engine.pending > 500);
    await granted;
    for (const found of await Promise.all(many)) assert.equal(found[0]?.category, "food.groceries");
    assert.equal(engine.pending, 0);
  });

  on("an import says how far it is, and can be taken back", async (t) => {
    const engine = await opened(t, way);
    await engine.consent.grant("categorization");
    const long = statement(120, 900);
    const stop = new AbortController();
    const seen: ProgressEvent[] = [];
    const onProgress = (progress: ProgressEvent): void => {
      seen.push(progress);
      stop.abort("enough");
    };
    await assert.rejects(engine.import(long, { ...GBP, signal: stop.signal, onProgress }), (error) => {
      assert.ok(error instanceof CallCancelled);
      assert.equal(error.cause, "enough");
      return true;
    });
    assert.equal(seen[0]?.total, long.length);
    const kept = (await engine.transactions()).total;
    assert.ok(kept > 0 && kept < 120 * 903, `${kept} kept`);
  });

  on("a call that waits is taken back without being begun", async (t) => {
    const engine = await opened(t, way);
    const stop = new AbortController();
    const before = engine.import(statement(60, 100), GBP);
    const grant = engine.consent.grant("insights", { signal: stop.signal });
    stop.abort();
    await assert.rejects(grant, CallCancelled);
    await before;
    const state = (await engine.consent.state()).find((one) => one.purpose === "insights");
    assert.equal(state?.granted, false);
  });

  on("events come to a loop that asks the engine in between", async (t) => {
    const engine = await opened(t, way, { events: ["moment", "decision"] });
    for (const purpose of ["categorization", "insights", "recommendations"]) await engine.consent.grant(purpose);
    const events = engine.events(["moment"]);
    const decisions = engine.events(["decision"]);
    await engine.import(statement(), GBP);
    for await (const event of events) {
      assert.equal(event.kind, "moment");
      const known = await engine.moments();
      if (event.kind === "moment") assert.ok(known.some((one) => one.id === event.moment.id));
      break;
    }
    const decision = await engine.decide();
    for await (const event of decisions) {
      if (event.kind === "decision") assert.equal(event.id, decision.id);
      break;
    }
  });

  on("what just happened is taken in and answered at once", async (t) => {
    const engine = await opened(t, way);
    for (const purpose of ["categorization", "insights", "recommendations"]) await engine.consent.grant(purpose);
    const { report, decision } = await engine.react(statement());
    assert.equal(report.added, 14 * 9);
    assert.equal(decision.channel, "feed");
    assert.ok(decision.because.length > 0);
  });

  on("a loop over events ends when the engine is closed", async (t) => {
    const engine = await opened(t, way);
    const events = engine.events();
    const next = events.next();
    await engine.close();
    assert.equal((await next).done, true);
    await assert.rejects(engine.accounts(), EngineGone);
    await engine.close();
  });

  on("the wrong passphrase, a store that is missing, and the right passphrase", async (t) => {
    const store = join(folder(t), "me.edge");
    const first = await opened(t, way, { store, passphrase: PASSPHRASE });
    assert.equal(first.created, true);
    await first.close();
    await assert.rejects(opened(t, way, { store, passphrase: "another" }), KeyWrong);
    await assert.rejects(opened(t, way, { store: `${store}x`, passphrase: "x", create: false }), {
      code: "vault.store_missing",
    });
    const engine = await opened(t, way, { store, passphrase: PASSPHRASE });
    assert.equal(engine.created, false);
    assert.deepEqual(await engine.accounts(), []);
  });

  on("the host keeps the key and the clock", async (t) => {
    const store = join(folder(t), "me.edge");
    const asked: string[] = [];
    const key = async ({ path }: { path: string }): Promise<Uint8Array> => {
      asked.push(path);
      return new Uint8Array(32).fill(5);
    };
    const engine = await opened(t, way, { store, ports: { key, clock: () => new Date("2026-06-30T12:00:00Z") } });
    assert.deepEqual(asked, [store]);
    const granted = await engine.consent.grant("insights");
    assert.match(granted.at, /^2026-06-30T12:00:00/);
    await engine.suspend();
    await assert.rejects(engine.accounts(), { code: "vault.suspended" });
    await engine.resume();
    assert.deepEqual(await engine.accounts(), []);
    await engine.close();
    await assert.rejects(opened(t, way, { store, ports: { key: () => new Uint8Array(32).fill(6) } }), KeyWrong);
    await assert.rejects(opened(t, way, { store, ports: { key: () => Promise.reject(new Error("locked")) } }), {
      code: "vault.key_missing",
    });
  });

  on("erasing destroys the store", async (t) => {
    const store = join(folder(t), "me.edge");
    const engine = await opened(t, way, { store, passphrase: PASSPHRASE });
    await engine.erase();
    await engine.close();
    await assert.rejects(opened(t, way, { store, passphrase: PASSPHRASE, create: false }), { code: "vault.store_missing" });
  });

  on("every method that the engine knows has one here, and the versions agree", async (t) => {
    const engine = await opened(t, way);
    const byHand = new Set(["hello", "open"]);
    for (const method of engine.greeting.methods.filter((one) => !byHand.has(one))) {
      let at: unknown = engine;
      for (const name of method.split(".")) {
        const camel = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
        at = (at as Record<string, unknown>)[camel];
      }
      assert.equal(typeof at, "function", method);
    }
    assert.equal(engine.greeting.version, VERSION);
  });
}

test("koffi: what is missing is said, and can be mended", { skip: KOFFI.skip }, async (t) => {
  const library = KOFFI.options.native?.library as string;
  await assert.rejects(EdgeEngine.open({ store: "", native: { library: `${library}.none` } }), EngineGone);
  const engines = await Promise.all([opened(t, KOFFI), opened(t, KOFFI)]);
  await engines[0]?.consent.grant("insights");
  const granted = async (at: number): Promise<boolean | undefined> =>
    (await engines[at]?.consent.state())?.find((one) => one.purpose === "insights")?.granted;
  assert.deepEqual([await granted(0), await granted(1)], [true, false]);
});

test("koffi: events pour in while the host asks, and nobody waits for the other", { skip: KOFFI.skip }, async (t) => {
  const engine = await opened(t, KOFFI, { events: ["decision", "progress"] });
  await engine.consent.grant("recommendations");
  const events = engine.events(["decision"]);
  const asked = Array.from({ length: 300 }, async (_, n) => (n % 3 === 0 ? engine.decide() : engine.ping()));
  await Promise.all(asked);
  const seen = new Set<string>();
  for await (const event of events) {
    if (event.kind === "decision") seen.add(event.id);
    if (seen.size === 100) break;
  }
  assert.equal(seen.size, 100);
});

test("this package's version is said once", () => {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
  assert.equal(manifest.version, VERSION);
});

test("stdio: an engine that is killed rejects what waits; the store is whole afterwards", { skip: STDIO.skip }, async (t) => {
  const store = join(folder(t), "me.edge");
  const engine = await opened(t, STDIO, { store, passphrase: PASSPHRASE });
  const reading = engine.events();
  const asked = engine.import(statement(120, 300), GBP);
  const events = assert.rejects(reading.next(), EngineGone);
  const dead = assert.rejects(asked, { code: "door.gone", message: /SIGKILL/ });
  await setTimeout(300);
  process.kill(engine.pid as number, "SIGKILL");
  await dead;
  await events;
  const again = await opened(t, STDIO, { store, passphrase: PASSPHRASE });
  const check = await again.doctor();
  assert.equal(check.ok, true);
});

test("stdio: `await using` closes, and a failed opening leaves no process", { skip: STDIO.skip }, async (t) => {
  let left: EdgeEngine;
  {
    await using engine = await opened(t, STDIO);
    left = engine;
    await engine.ping();
  }
  await assert.rejects(left.ping(), EngineGone);
  const both = { passphrase: "x", keyring: true };
  await assert.rejects(opened(t, STDIO, { store: join(folder(t), "me.edge"), ...both }), InputError);
  await setTimeout(0);
  const { getActiveResourcesInfo } = process as unknown as { getActiveResourcesInfo: () => string[] };
  assert.ok(!getActiveResourcesInfo().includes("ProcessWrap"));
});

test("stdio: a host that is killed leaves no engine behind", { skip: STDIO.skip }, async (t) => {
  const store = join(folder(t), "me.edge");
  const host = spawn(process.execPath, [HOST, store], { stdio: ["ignore", "pipe", "inherit"] });
  const [said] = (await once(host.stdout, "data")) as [Buffer];
  const pid = Number(said.toString());
  process.kill(pid, 0);
  host.kill("SIGKILL");
  await once(host, "exit");
  for (let look = 0; look < 100 && runs(pid); look += 1) await setTimeout(100);
  assert.equal(runs(pid), false);
  const engine = await opened(t, STDIO, { store, passphrase: PASSPHRASE });
  assert.deepEqual(await engine.accounts(), []);
});

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
