import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { EngineGone } from "../src/failures.js";
import { Sidecar, type SidecarOptions } from "../src/sidecar.js";

const PEER = fileURLToPath(new URL("fakes/peer.js", import.meta.url));

function start(part: string, options: SidecarOptions = {}): { sidecar: Sidecar; ends: (Error | undefined)[] } {
  const ends: (Error | undefined)[] = [];
  const told = { notification: (): void => undefined, end: (reason?: Error): void => void ends.push(reason) };
  return { sidecar: new Sidecar({ command: process.execPath, args: [PEER, part], ...options }, new Map(), told), ends };
}

test("what was said before the end is still heard", async () => {
  const { sidecar } = start("last_words");
  assert.equal(((await sidecar.request("a", null)) as string).length, 1_000_000);
  await assert.rejects(sidecar.request("b", null), EngineGone);
});

test("the end of the process rejects everything that waits, with its status", async () => {
  const { sidecar, ends } = start("status");
  const asked = [sidecar.request("a", null), sidecar.request("b", null)];
  for (const one of asked) await assert.rejects(one, { code: "door.gone", message: /status 7/ });
  assert.equal(ends.length, 1);
  await sidecar.close();
});

test("a killed process rejects everything that waits", async () => {
  const { sidecar } = start("deaf");
  const asked = sidecar.request("a", null);
  process.kill(sidecar.pid as number, "SIGKILL");
  await assert.rejects(asked, { code: "door.gone", message: /SIGKILL/ });
});

for (const part of ["garbage", "half", "twice"]) {
  test(`a peer that speaks wrongly is ended and rejects what waits: ${part}`, async () => {
    const { sidecar, ends } = start(part);
    const asked = [sidecar.request("a", null), sidecar.request("b", null), sidecar.request("c", null)];
    const found = await Promise.allSettled(asked);
    assert.equal(found.at(-1)?.status, "rejected");
    for (const one of found) if (one.status === "rejected") assert.ok(one.reason instanceof EngineGone);
    await sidecar.close();
    assert.equal(ends.length, 1);
  });
}

test("a program that is not there rejects, and does not throw past the caller", async () => {
  const { sidecar } = start("", { command: "/nowhere/edge-engine" });
  await assert.rejects(sidecar.request("hello", null), { code: "door.gone", message: /could not be started/ });
  await sidecar.close();
});

test("one that will not end is killed when patience ends", async () => {
  const { sidecar } = start("stubborn", { patience: 200 });
  await sidecar.request("hello", null);
  await Promise.all([sidecar.close(), sidecar.close()]);
  assert.throws(() => process.kill(sidecar.pid as number, 0), { code: "ESRCH" });
});

test("large messages go both ways, many at once, while the pipe is slow", async () => {
  const { sidecar } = start("echo");
  const params = { text: "x".repeat(200_000) };
  const found = await Promise.all(Array.from({ length: 40 }, (_, n) => sidecar.request("a", { ...params, n })));
  assert.deepEqual(found.map((one) => (one as { n: number }).n), Array.from({ length: 40 }, (_, n) => n));
  await sidecar.close();
});

test("what it says to people goes to the log and nowhere else", async () => {
  let heard = "";
  const { sidecar } = start("talks", { log: (text) => (heard += text) });
  await sidecar.request("a", null);
  await sidecar.close();
  assert.equal(heard, "a word\n".repeat(2));
});
