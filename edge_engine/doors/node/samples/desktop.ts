/**
 * The main process of a desktop app: opens a store, imports a statement, shows insights and a decision.
 *
 * In Electron each of `answers` is what the main process gives a window: `ipcMain.handle(name, (_, ...a) => answer(...a))`.
 */
import { EdgeEngine, EdgeError, format, type Decision, type Insight } from "@edge-engine/client";

/** What a window may ask for. */
function answers(engine: EdgeEngine) {
  return {
    import: async (statement: string): Promise<string> => {
      const { added, duplicates, accounts } = await engine.import(statement);
      return `${added} new transactions, ${duplicates} known already, ${accounts.length} account(s)`;
    },
    insights: async (): Promise<string[]> => (await engine.insights()).map(sentence),
    decide: async (): Promise<string> => words(await engine.decide()),
  };
}

function sentence({ severity, message, money_a_year }: Insight): string {
  const worth = money_a_year === null ? "" : `, worth ${format(money_a_year)} a year`;
  switch (message.key) {
    case "price_rise":
      return `[${severity}] ${message.merchant} costs ${format(message.new)} since ${message.since}${worth}`;
    case "duplicate_charge":
      return `[${severity}] ${message.merchant} took ${format(message.amount)} twice${worth}`;
    default:
      return `[${severity}] ${message.key.replaceAll("_", " ")}${worth}`;
  }
}

function words({ suggestion, because }: Decision): string {
  return suggestion === null ? `Nothing now: ${because}` : `${suggestion.title}. ${suggestion.worth} (${because})`;
}

const [store, statement, passphrase, command] = process.argv.slice(2);
if (store === undefined || statement === undefined || passphrase === undefined) {
  throw new Error("usage: desktop STORE STATEMENT PASSPHRASE [SIDECAR]");
}
try {
  await using engine = await EdgeEngine.open({ store, passphrase, sidecar: { command } });
  // An app asks the person first; each purpose is given by its own switch.
  for (const purpose of ["categorization", "insights", "recommendations"]) await engine.consent.grant(purpose);
  const window = answers(engine);
  console.log(await window.import(statement));
  for (const line of await window.insights()) console.log(line);
  console.log(await window.decide());
} catch (error) {
  if (!(error instanceof EdgeError)) throw error;
  console.error(`${error.message} (${error.code})`);
  process.exitCode = 1;
}
