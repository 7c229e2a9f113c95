/** A sidecar that plays one part by heart, for what a real engine never does. The part is its first argument. */
import { writeSync } from "node:fs";
import { decode, encode, FrameReader, type Message } from "../../src/frame.js";

function say(message: Message): void {
  writeSync(1, encode(message, true));
}

const part = process.argv[2] ?? "";
const reader = new FrameReader();

process.stdin.on("data", (chunk: Buffer) => {
  for (const body of reader.push(chunk)) play(decode(body));
});
if (part === "deaf") process.stdin.pause();
if (part === "stubborn") process.stdin.on("end", () => setInterval(() => undefined, 1000));

function play(message: Message): void {
  if (message.kind !== "request") return;
  const { id, method } = message;
  if (part === "stubborn" || method === "hello") {
    say({ kind: "response", id, error: null, result: { abi: 1, version: "0", methods: [], features: [] } });
    return;
  }
  switch (part) {
    case "garbage":
      writeSync(1, "Traceback (most recent call last)\n");
      return;
    case "half":
      writeSync(1, encode({ kind: "response", id, error: null, result: "never whole" }, true).subarray(0, 9));
      process.exit(0);
      break;
    case "last_words":
      say({ kind: "response", id, error: null, result: "x".repeat(1_000_000) });
      process.exit(3);
      break;
    case "twice":
      say({ kind: "response", id, error: null, result: 1 });
      say({ kind: "response", id, error: null, result: 2 });
      return;
    case "status":
      process.exit(7);
      break;
    case "talks":
      process.stderr.write("a word\n");
      say({ kind: "response", id, error: null, result: null });
      return;
    default:
      say({ kind: "response", id, error: null, result: message.params });
  }
}
