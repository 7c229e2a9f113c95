/** A host that opens a store, says which process its engine is, and then only waits: to be killed. */
import { PASSPHRASE, STDIO } from "./opened.js";
import { EdgeEngine } from "../../src/index.js";

const [store = ""] = process.argv.slice(2);
const engine = await EdgeEngine.open({ store, passphrase: PASSPHRASE, ...STDIO.options });
process.stdout.write(`${engine.pid}\n`);
