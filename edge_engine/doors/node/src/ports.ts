/** What the host answers for: the engine asks, the app's own functions answer. */
import type { Answerer } from "./exchange.js";
import type { AskKey, AskOrder, AskServer, OrderAnswer, ServerAnswer, Suggestion } from "./generated.js";

type Promised<T> = T | Promise<T>;

/** Shows a suggestion in one place, once for its `id`. It is asked again where it did not say that it did. */
export type Channel = (suggestion: Suggestion) => Promised<void>;

/** A back end of the bank. Both do something at most once for a key, however often they are asked. */
export interface Connector {
  /** Do it. */
  perform(order: AskOrder): Promised<OrderAnswer>;
  /** Take back what the key did. */
  undo(order: AskOrder): Promised<OrderAnswer>;
  /** X25519 public key, 32 bytes, that packets to it are sealed to; without one they are sent as they are. */
  readonly seal?: Uint8Array | undefined;
}

/** What an app may answer for; what it does not is the engine's own, or is not there. */
export interface Ports {
  /** The 32 bytes of a store's key, from the keystore of the system. */
  readonly key?: ((question: AskKey) => Promised<Uint8Array>) | undefined;
  /** What time it is: a `Date`, or text in RFC 3339. */
  readonly clock?: (() => Promised<Date | string>) | undefined;
  /** Places that show suggestions, by the name of the channel. */
  readonly channels?: Readonly<Record<string, Channel>> | undefined;
  /** Back ends, by name. */
  readonly connectors?: Readonly<Record<string, Connector>> | undefined;
  /** Carries requests to the aggregators, for apps that send through a stack of their own. */
  readonly transport?: ((request: AskServer) => Promised<ServerAnswer>) | undefined;
}

/** Return which ports are served, and the keys of back ends, as the engine is told them. */
export function portsOf(ports: Ports = {}): { ports: string[]; connectors: Record<string, Uint8Array> } {
  const names: string[] = [];
  const connectors: Record<string, Uint8Array> = {};
  if (ports.key !== undefined) names.push("key");
  if (ports.clock !== undefined) names.push("clock");
  if (ports.transport !== undefined) names.push("transport");
  for (const name of Object.keys(ports.channels ?? {})) names.push(`channel.${name}`);
  for (const [name, { seal }] of Object.entries(ports.connectors ?? {})) {
    names.push(`connector.${name}`);
    if (seal !== undefined) connectors[name] = seal;
  }
  return { ports: names, connectors };
}

/** Return what answers the engine's questions, by method. */
export function answerersOf(ports: Ports = {}): ReadonlyMap<string, Answerer> {
  const { key, clock, transport } = ports;
  const answerers = new Map<string, Answerer>();
  if (key !== undefined) answerers.set("host.key", (asked) => key(asked as AskKey));
  if (clock !== undefined) answerers.set("host.now", async () => written(await clock()));
  if (transport !== undefined) answerers.set("host.request", (asked) => transport(asked as AskServer));
  answerers.set("host.show", async (asked) => {
    const suggestion = asked as Suggestion;
    await served(ports.channels, suggestion.channel)(suggestion);
    return null;
  });
  answerers.set("host.perform", (asked) => served(ports.connectors, (asked as AskOrder).connector).perform(asked as AskOrder));
  answerers.set("host.undo", (asked) => served(ports.connectors, (asked as AskOrder).connector).undo(asked as AskOrder));
  return answerers;
}

function written(now: Date | string): string {
  return now instanceof Date ? now.toISOString() : now;
}

function served<T>(known: Readonly<Record<string, T>> | undefined, name: string): T {
  const found = known !== undefined && Object.hasOwn(known, name) ? known[name] : undefined;
  if (found === undefined) throw new Error("the host serves no such port");
  return found;
}
