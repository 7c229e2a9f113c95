/** Edge Engine for Node and Electron. */
export { EdgeEngine, type ImportOptions, type OpenOptions, type ResumeOptions } from "./client.js";
export { EdgeError, type EdgeErrorOptions } from "./errors.js";
export type { Missed } from "./events.js";
export type { CallOptions } from "./exchange.js";
export { CallCancelled, EngineGone } from "./failures.js";
export * from "./generated.js";
export { decimal, exponent, format } from "./money.js";
export type { NativeOptions } from "./native.js";
export type { Channel, Connector, Ports } from "./ports.js";
export type { SidecarOptions } from "./sidecar.js";
export { VERSION } from "./version.js";
