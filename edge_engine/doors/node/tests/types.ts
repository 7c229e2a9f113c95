/** What the compiler must refuse, and what it must know. Nothing here runs: it is checked with the rest. */
import { EdgeEngine, PurposeDenied, type Day, type EngineEvent, type Insight, type Missed, type Money } from "../src/index.js";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Accepts only a type that is true. */
export type Holds<T extends true> = T;

export type Days = Holds<Same<Awaited<ReturnType<EdgeEngine["transactions"]>>["transactions"][number]["date"], Day>>;
export type Amounts = Holds<Same<Insight["money_a_year"], Money | null>>;
export type OneKind = Holds<
  Same<ReturnType<typeof EdgeEngine.prototype.events<"moment">>, AsyncGenerator<Extract<EngineEvent, { kind: "moment" }> | Missed, void, undefined>>
>;

export async function refused(engine: EdgeEngine, insight: Insight): Promise<void> {
  // @ts-expect-error -- a purpose is needed
  await engine.consent.grant();
  // @ts-expect-error -- there is no such option
  await engine.transactions({ limits: 5 });
  // @ts-expect-error -- a store is needed
  await EdgeEngine.open({ passphrase: "x" });
  // @ts-expect-error -- a limit is a number
  await engine.transactions({ limit: "5" });
  // @ts-expect-error -- there is no such kind of event
  engine.events(["weather"]);
  // @ts-expect-error -- money is exact whole minor units and never a bigint
  await engine.outcome("d", "acted", { value: { minor: 1n, currency: "GBP" } });
  // @ts-expect-error -- replies are read only
  insight.confidence = 1;
  // @ts-expect-error -- only a price that rose has an old one
  insight.message.old;
  if (insight.message.key === "price_rise") insight.message.old.minor.toFixed();
  // @ts-expect-error -- an error is made from its sentence
  new PurposeDenied();
}
