import assert from "node:assert/strict";
import { test } from "node:test";
import { answerersOf, portsOf, type Ports } from "../src/ports.js";
import type { AskOrder, AskServer, OrderAnswer, Suggestion } from "../src/index.js";
import { STDIO, opened, statement } from "./fakes/opened.js";

const ORDER: AskOrder = {
  connector: "bank",
  workflow: "round_up",
  action: "transfer",
  key: "0".repeat(64),
  packet: Uint8Array.of(1),
  encapsulated: new Uint8Array(),
  associated: new Uint8Array(),
};

function connector(asked: string[]): NonNullable<Ports["connectors"]>[string] {
  const answer = (how: string) => ({ workflow }: AskOrder): OrderAnswer => {
    asked.push(`${how} ${workflow}`);
    return { state: "done", reference: "r-1" };
  };
  return { perform: answer("perform"), undo: answer("undo"), seal: new Uint8Array(32) };
}

test("the engine is told which ports are served, and with which keys packets are sealed", () => {
  const ports: Ports = {
    key: () => new Uint8Array(32),
    channels: { push: () => undefined, modal: () => undefined },
    connectors: { bank: connector([]), broker: { ...connector([]), seal: undefined } },
  };
  assert.deepEqual(portsOf(ports), {
    ports: ["key", "channel.push", "channel.modal", "connector.bank", "connector.broker"],
    connectors: { bank: new Uint8Array(32) },
  });
  assert.deepEqual(portsOf(), { ports: [], connectors: {} });
});

test("a question goes to the connector that it names, and to no other", async () => {
  const asked: string[] = [];
  const answerers = answerersOf({ connectors: { bank: connector(asked) } });
  assert.deepEqual(await answerers.get("host.perform")?.(ORDER), { state: "done", reference: "r-1" });
  assert.deepEqual(await answerers.get("host.undo")?.(ORDER), { state: "done", reference: "r-1" });
  assert.deepEqual(asked, ["perform round_up", "undo round_up"]);
  for (const name of ["broker", "toString", "__proto__"]) {
    assert.throws(() => answerers.get("host.perform")?.({ ...ORDER, connector: name }));
  }
});

test("a clock may tell the time either way", async () => {
  const tell = (clock: Ports["clock"]): unknown => answerersOf({ clock }).get("host.now")?.(null);
  assert.equal(await tell(() => new Date("2026-06-30T12:00:00Z")), "2026-06-30T12:00:00.000Z");
  assert.equal(await tell(async () => "2026-06-30T12:00:00+01:00"), "2026-06-30T12:00:00+01:00");
});

test("stdio: a channel of the host shows what was decided for it", { skip: STDIO.skip }, async (t) => {
  const shown: Suggestion[] = [];
  const engine = await opened(t, STDIO, { ports: { channels: { push: (one) => void shown.push(one) } } });
  for (const purpose of ["categorization", "insights", "recommendations", "outreach"]) await engine.consent.grant(purpose);
  await engine.import(statement(), { currency: "GBP" });
  const decision = await engine.decide({ channel: "push" });
  assert.ok(decision.suggestion !== null, decision.because);
  assert.equal(decision.delivered, true);
  assert.deepEqual(shown.map(({ id, channel }) => [id, channel]), [[decision.id, "push"]]);
});

test("stdio: the host carries what goes to the aggregators", { skip: STDIO.skip }, async (t) => {
  const urls: string[] = [];
  const transport = ({ url }: AskServer): { status: number } => {
    urls.push(url);
    return { status: 503 };
  };
  const servers = { leader: "https://leader.example/", helper: "https://helper.example/" };
  const engine = await opened(t, STDIO, { ...servers, ports: { transport } });
  for (const purpose of ["categorization", "insights", "aggregate_statistics"]) await engine.consent.grant(purpose);
  await engine.import(statement(), { currency: "GBP" });
  await engine.sync({ hurry: true });
  assert.ok(urls.some((url) => url.startsWith(servers.leader)), urls.join(" "));
  assert.deepEqual(await engine.signals.sent(), []);
});
