/**
 * What the engine can be asked, and everything that it answers, tells and refuses.
 *
 * Written by `python -m edge_engine.doors.generation.typescript` from the engine itself; not to be edited.
 */
import { EdgeError, type EdgeErrorOptions } from "./errors.js";
import type { CallOptions } from "./exchange.js";

/** A day, `YYYY-MM-DD`. */
export type Day = `${number}-${number}-${number}`;

/** A moment in time, as RFC 3339. */
export type Instant = `${number}-${number}-${number}T${string}`;

/** What the person said. */
export type Answer = "open" | "confirmed" | "not_true";

/** What a purpose rests on in law. */
export type Basis = "consent" | "right_of_access";

/** How often a stream comes. */
export type Cadence =
  | "weekly"
  | "fortnightly"
  | "four_weekly"
  | "monthly"
  | "two_monthly"
  | "quarterly"
  | "half_yearly"
  | "yearly";

/** Where something may reach the person. */
export type DeliveryChannel = "feed" | "modal" | "push" | "email" | "sms" | "adviser";

/** What a rule does; deny wins. */
export type Effect = "allow" | "deny";

/** What happened. */
export type EventKind = "grant" | "withdraw" | "expire" | "seen";

/** The five places where consent is asked for, in the order that data passes them. */
export type Gate = "read" | "infer" | "decide" | "deliver" | "send";

/** What comes first on the screen. */
export type Layout =
  | "overview_first"
  | "next_days_first"
  | "calendar_first"
  | "goals_first"
  | "savings_first"
  | "month_first";

/** What is said of an instalment. */
export type LoanVerdict = "looks affordable" | "tight" | "cannot tell";

/** What came of something that was shown. */
export type Reaction = "none" | "opened" | "acted" | "closed" | "not_now" | "never";

/** What a month rule counts. */
export type RuleKind = "day" | "workday" | "weekday";

/** How soon the person should look. */
export type Severity = "info" | "attention" | "urgent";

/** Where a due day that falls on a weekend goes. */
export type Shift = "none" | "following" | "preceding";

/** Who says so. */
export type Source = "inferred" | "confirmed" | "stated";

/** Whether a stream still runs, as far as the imported days tell. */
export type Status = "active" | "late" | "ended";

/** What a stream is to the person. */
export type StreamKind = "bill" | "subscription" | "salary" | "income";

/** How the app speaks. */
export type Tone = "plain" | "calm" | "practical" | "brief" | "factual" | "light";

/** What the app speaks of. */
export type Topic =
  | "overview"
  | "cash_flow"
  | "bills"
  | "support"
  | "budgets"
  | "saving"
  | "travel"
  | "goals"
  | "forecast"
  | "price_rises"
  | "subscriptions";

/** One account is below zero now, while all of them together are not. */
export interface AccountOverdrawn {
  readonly key: "account_below_zero";
  readonly balance: Money;
}

/** One account with its latest known balance. */
export interface AccountView {
  /** The store's identifier. */
  readonly id: number;
  /** IBAN, bank and number, or the provider's id. */
  readonly key: string;
  /** ISO 4217 code. */
  readonly currency: string;
  /** An `AccountKind`. */
  readonly kind: string;
  /** Words for people; may be empty. */
  readonly name: string;
  /** How many are stored. */
  readonly transactions: number;
  /** Latest booked balance that a feed stated, null where none did. */
  readonly balance: Money | null;
  /** Day of that balance. */
  readonly balance_day: Day | null;
}

/** What the person agreed to, word by word, so that no later policy can make it more. */
export interface Agreement {
  /** Version of the policy. */
  readonly policy: string;
  /** SHA-256 of the policy's files, hexadecimal. */
  readonly digest: string;
  /** Day of the policy. */
  readonly issued: Day;
  /** Who answered for the processing. */
  readonly controller: Controller;
  /** As the person saw it. */
  readonly title: string;
  /** As the person saw it. */
  readonly why: string;
  /** As the person saw it. */
  readonly gained: string;
  /** As the person saw it. */
  readonly lost: string;
  /** What the purpose was in the Data Privacy Vocabulary. */
  readonly terms: readonly string[];
  /** How long consent was to hold. */
  readonly days: number;
  /** Every rule that spoke about the purpose. */
  readonly rules: readonly Rule[];
  /** The store's columns of each data category that the rules allow. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  /**
   * What may be counted over many people; null for a purpose that sends nothing to aggregators, and for a consent from
   * before this was kept, which allows no signal.
   */
  readonly counting: Counting | null;
}

/** Say of a hypothesis whether it is so. */
export interface AnswerHypothesis {
  /** Of the hypothesis. */
  readonly id: string;
  /** `confirmed`, or `not_true`, which is for ever. */
  readonly answer: string;
}

/** Answer what an adviser asked about a review. */
export interface AnswerReview {
  readonly id: string;
  readonly words: string;
}

/** Say of a trait whether it is so. */
export interface AnswerTrait {
  /** Of the trait. */
  readonly name: string;
  /** `not_true`, which is for ever, or `confirmed`. */
  readonly answer: string;
}

/** An experiment that took part in the decision. */
export interface Arm {
  readonly experiment: string;
  readonly arm: string;
  readonly rule: string;
  readonly because: string;
}

/** Give the key of a store: bytes[32] from the host's keystore. */
export interface AskKey {
  /** The store, as the host named it. */
  readonly path: string;
}

/** Have the back end do something once for its key, or take it back. */
export interface AskOrder {
  /** Which back end. */
  readonly connector: string;
  /** The kind of workflow. */
  readonly workflow: string;
  /** What to do, or what to do to take it back. */
  readonly action: string;
  /** Idempotency key, 64 hexadecimal digits. */
  readonly key: string;
  /** What is needed for it and nothing else; sealed where a key for this connector was given. */
  readonly packet: Uint8Array;
  /** The key that the packet was sealed with, encapsulated; empty where it is not sealed. */
  readonly encapsulated: Uint8Array;
  /** What the seal is bound to besides the packet. */
  readonly associated: Uint8Array;
}

/** Send a request to an aggregator and bring its answer. */
export interface AskServer {
  /** Of HTTP. */
  readonly method: string;
  /** Where; in these very letters. */
  readonly url: string;
  /** By their names. */
  readonly headers: Readonly<Record<string, string>>;
  /** What is sent; null for nothing. */
  readonly body: Uint8Array | null;
}

/** Ask what an instalment would do to the person's money. */
export interface AssessLoan {
  /** What would be paid out. */
  readonly amount: Money;
  /** How many instalments. */
  readonly months: number;
  /** One instalment. */
  readonly monthly: Money;
}

/** The first day on which the middle path is below zero, and its balance then. */
export interface Below {
  readonly on: Day;
  readonly balance: Money;
}

/** A bill will be taken within days. */
export interface BillDue {
  readonly key: "bill_due";
  readonly merchant: string;
  readonly amount: Money;
  readonly on: Day;
}

/** A bill that is paid regularly was not paid this time. */
export interface BillMissed {
  readonly key: "bill_missed";
  readonly merchant: string;
  readonly amount: Money;
  readonly due: Day;
}

/** A bill that varies was higher than any of the year before; `usual` is the highest of those. */
export interface BillUnusual {
  readonly key: "bill_unusual";
  readonly merchant: string;
  readonly amount: Money;
  readonly usual: Money;
  readonly on: Day;
}

/** The privacy budget of this device. */
export interface BudgetView {
  /** First day of the epoch. */
  readonly epoch_from: Day;
  /** Last day. */
  readonly epoch_to: Day;
  /** Most that is lost in an epoch. */
  readonly epsilon: number;
  /** Probability with which that may not hold. */
  readonly delta: number;
  /** What is lost so far. */
  readonly spent: number;
  /** What is not. */
  readonly left: number;
  /**
   * Contributions that count in this epoch by signal; also those of an epoch of another length, from a catalogue
   * before, that shares days with it.
   */
  readonly by_signal: Readonly<Record<string, number>>;
}

/** Take a request back; a notification, which has no answer of its own. */
export interface Cancel {
  /** Of the request. */
  readonly id: number;
}

/** The category of one text or transaction. */
export interface Categorization {
  /** Leaf id, null where the model abstains. */
  readonly category: string | null;
  /** Words for people; empty where it abstains. */
  readonly label: string;
  /** Calibrated probability from 0 to 1. */
  readonly confidence: number;
  /**
   * `model`, `guess` where the model leans to it without being sure, `mcc`, `hint`, `correction`, or `variant`: of a
   * merchant that was corrected.
   */
  readonly source: string;
  /** Parts of the text that decided, the strongest first. */
  readonly evidence: readonly string[];
}

/** Categorize texts that are not in the store. */
export interface Categorize {
  /** At most 10,000; of each the first 1,000 characters count. */
  readonly texts: readonly string[];
}

/** A category costs more a month than it did; `move` from the budget of `source` a month evens it out. */
export interface CategoryDrift {
  readonly key: "category_drift";
  readonly category: string;
  readonly amount: Money;
  readonly usual: Money;
  readonly source: string;
  readonly move: Money;
  readonly a_year: Money;
}

/** What money can be spent on or earned from: a leaf of the taxonomy. */
export interface CategoryView {
  /** As transactions carry it and corrections name it, such as `food.groceries`. */
  readonly id: string;
  /** Words for people, in English. */
  readonly label: string;
  /** Identifier of its group. */
  readonly group: string;
  /** The group's words. */
  readonly group_label: string;
  /**
   * Whether it tells of health, gambling, religion, politics, charity or alcohol: it feeds no offer, and nothing of it
   * leaves.
   */
  readonly sensitive: boolean;
}

/** One examination. */
export interface Check {
  /** What was examined. */
  readonly name: string;
  /** Whether nothing is wrong with it, as far as it could be examined. */
  readonly ok: boolean;
  /** What was found, without data of the person. */
  readonly detail: string;
  /** False where it could not be examined now; `detail` says why. */
  readonly checked: boolean;
}

/** A payment of a known stream that is expected within an outlook. */
export interface Coming {
  readonly day: Day;
  readonly stream: string;
  readonly merchant: string;
  readonly amount: Money;
}

/** One entry of the ledger. */
export interface ConsentEvent {
  /** Version of this shape. */
  readonly schema: number;
  /** Position, counted from 1. */
  readonly seq: number;
  /** What happened. */
  readonly kind: EventKind;
  /** Identifier of the purpose; empty for `seen`. */
  readonly purpose: string;
  /** The ledger's time, aware UTC: never earlier than any event before. */
  readonly at: Instant;
  /** What the clock said, aware UTC; earlier than `at` where it was set back. */
  readonly clock: Instant;
  /** When the consent given here ends, or ended by itself, aware UTC; null for other kinds. */
  readonly expires: Instant | null;
  /** What was agreed to; null for other kinds. */
  readonly agreement: Agreement | null;
}

/** Everything that is shown of a review, and so everything that an approval is bound to. */
export interface Content {
  /** 1. */
  readonly schema: number;
  /** Identifier of the review, 128 random bits in hexadecimal. */
  readonly review: string;
  /** Of the review. */
  readonly kind: string;
  /** Of the kind. */
  readonly level: number;
  /** Of the kind. */
  readonly title: string;
  /** `engine`, `person`, or an adviser's identifier. */
  readonly proposer: string;
  /** What the engine would say: `approve`, `reject` or nothing. */
  readonly advice: string;
  /** What would be done. */
  readonly terms: Readonly<Record<string, string | number>>;
  /** Why. */
  readonly evidence: readonly ReviewEvidence[];
  /** Questions and answers so far. */
  readonly asked: readonly Question[];
  /** First moment, in Unix seconds, at which it cannot be decided any more. */
  readonly due: number;
}

/** Who answers for the processing; receipts name it. */
export interface Controller {
  /** IRI. */
  readonly id: string;
  /** Legal name, or words for people. */
  readonly name: string;
  /** Where to reach it. */
  readonly contact: string;
  /** Postal address. */
  readonly address: string;
  /** Location in the Data Privacy Vocabulary, such as `loc:EU`. */
  readonly jurisdiction: string;
  /** Law in the Data Privacy Vocabulary, such as `eu:law-GDPR`, or by its URN:LEX (RFC 9676). */
  readonly law: string;
}

/** Teach a category. */
export interface Correct {
  /** The transaction that is wrong. */
  readonly transaction_id: number;
  /** Leaf id of the taxonomy. */
  readonly category: string;
  /** Whether other transactions of the merchant stay as they are. */
  readonly only_this?: boolean | undefined;
}

/** Money is left each month, and a buffer is there. */
export interface CouldInvest {
  readonly key: "could_invest";
  readonly a_month: Money;
  readonly buffer_months: number;
}

/** One signal, by what somebody else learns from it. */
export interface CountedSignal {
  /** Identifier. */
  readonly id: string;
  /** As the person saw it. */
  readonly title: string;
  /** What one contribution is. */
  readonly type: string;
  /** Who blurs it, and how. */
  readonly noise: string;
  /** Data categories that it tells of. */
  readonly data: readonly string[];
  /** Other purposes that have to be granted too. */
  readonly needs: readonly string[];
  /** Names of its entries. */
  readonly labels: readonly string[];
  /** First values of its buckets. */
  readonly edges: readonly number[];
  /** Smallest value of an entry. */
  readonly low: number;
  /** Largest value. */
  readonly high: number;
  /** The value that stands for nothing. */
  readonly center: number;
  /** How much one contribution can change the sum. */
  readonly sensitivity: number;
  /** Privacy loss of one contribution in millionths of epsilon. */
  readonly loss: number;
  /** Fewest contributions that are ever added up. */
  readonly min_batch: number;
  /** A device contributes once in so many days at most. */
  readonly cadence_days: number;
  /** First day on which it is neither measured nor sent. */
  readonly expires: Day;
}

/** Everything that may be counted under one purpose. */
export interface Counting {
  /** Version of the catalogue. */
  readonly catalogue: string;
  /** Days over which the privacy budget holds. */
  readonly epoch_days: number;
  /** What all contributions of an epoch may lose together, in millionths of epsilon. */
  readonly budget: number;
  /** Probability with which that may not hold. */
  readonly delta: number;
  /** In the order of the catalogue; those that are measured. */
  readonly signals: readonly CountedSignal[];
}

/** Interest paid within a year. */
export interface CreditCost {
  readonly key: "credit_cost";
  readonly total: Money;
  readonly n: number;
  readonly since: Day;
}

/** Choose what to suggest now; `feed`, or a channel that the host connected. */
export interface Decide {
  readonly channel?: string | undefined;
}

/** Decide a review. */
export interface DecideReview {
  /** Of the review. */
  readonly id: string;
  /** The person's word: the digest of what they saw. */
  readonly seen?: string | undefined;
  /** An adviser's word: the JSON of their statement and signature. */
  readonly signed?: string | undefined;
}

/** A decision: something that is suggested, or silence, and how it came about. */
export interface Decision {
  /** Names it from now on. */
  readonly id: string;
  /** When. */
  readonly at: Instant;
  /** Where it is, or would have been, shown. */
  readonly channel: DeliveryChannel;
  /** What is suggested; null for silence. */
  readonly suggestion: Suggestion | null;
  /** Whether the person has it; false while its channel could not show it. */
  readonly delivered: boolean;
  /** Why this, or why nothing, as a sentence. */
  readonly because: string;
  /** Every candidate, kept or dropped, by which rule. */
  readonly trace: Trace;
}

/** Something was suggested, or silence was chosen. */
export interface DecisionEvent {
  readonly kind: "decision";
  /** Of the decision; `decision` tells how it came about. */
  readonly id: string;
  /** Where. */
  readonly channel: DeliveryChannel;
  /** Whether it is in the feed or was shown. */
  readonly delivered: boolean;
  /** What; null for silence. */
  readonly suggestion: Suggestion | null;
}

/** Look at decisions, the latest first. */
export interface Decisions {
  /** How many at most; 1 to 1,000. */
  readonly limit?: number | undefined;
  /** Whether decisions for silence are among them. */
  readonly silent?: boolean | undefined;
}

/** Something that left the device for the bank or an adviser, or may have: it is noted before it goes. */
export interface Disclosure {
  /** `host_app` for the bank, `adviser` for an adviser. */
  readonly recipient: string;
  /** The connector's name, or the adviser's identifier. */
  readonly who: string;
  /** Of the workflow or the review. */
  readonly kind: string;
  /** What the bank was asked; empty for an adviser. */
  readonly step: string;
  /** Names of the fields that were given; empty where that is not known any more. */
  readonly fields: readonly string[];
  /** Kinds of data. */
  readonly data: readonly string[];
  /** The purpose under whose consent it went. */
  readonly purpose: string;
  /** The rule that allowed it; empty for what was given before rules were noted. */
  readonly rule: string;
  /** Entry of the consent ledger that it rests on; 0 for what was given before. */
  readonly entry: number;
  /** When it was given first. */
  readonly at: Instant;
}

/** What was not sent. */
export interface Dropped {
  /** Identifier. */
  readonly signal: string;
  /** `rows`, `bytes`, `age`, `expired`, `denied`, `task`, `refused` or `budget`. */
  readonly reason: string;
  /** How often. */
  readonly n: number;
  /** The latest time. */
  readonly latest: Instant;
}

/** One merchant took one amount twice within days. */
export interface DuplicateCharge {
  readonly key: "duplicate_charge";
  readonly merchant: string;
  readonly amount: Money;
  readonly first: Day;
  readonly second: Day;
}

/** One number of a contribution. */
export interface Entry {
  /** What it counts. */
  readonly name: string;
  /** As measured, within its bounds; null where it is not known any more. */
  readonly measured: number | null;
  /** As it is split, with this device's noise and margin; null before noise is drawn. */
  readonly shared: number | null;
}

/** Proof for the person that the store is gone. */
export interface ErasureReceipt {
  /** Moment of erasure, UTC. */
  readonly at: Instant;
  /** How many wrapped keys were destroyed. */
  readonly key_slots: number;
  /** SHA-256 over the destroyed slots' identifiers, hexadecimal; it identifies the store and reveals nothing. */
  readonly slots_digest: string;
  /** Rows by table that the keys protected; empty where the store could not be read any more. */
  readonly rows: Readonly<Record<string, number>>;
  /** What was done, in order. */
  readonly method: readonly string[];
  /** Names of files that could not be removed; unreadable without the keys. */
  readonly files_left: readonly string[];
}

/** How often something happened in the app. */
export interface EventCount {
  readonly name: string;
  readonly n: number;
}

/** One payment that speaks for, or against, a hypothesis. */
export interface Evidence {
  /** What it is a sign of, a stable word; `edge_engine.insights.words` says it. */
  readonly sign: string;
  /** Vault id of the transaction. */
  readonly posting: number;
  /** Booking day. */
  readonly day: Day;
  /** Signed. */
  readonly amount: Money;
  /** Merchant key. */
  readonly merchant: string;
}

/** What was written. */
export interface EvidencePack {
  /** When, UTC. */
  readonly at: Instant;
  /** SHA-256 of each file by its path in the folder, hexadecimal. */
  readonly files: Readonly<Record<string, string>>;
  /** Entries of the consent ledger. */
  readonly entries: number;
}

/** Ask which rule would decide a use of data. */
export interface Explain {
  readonly purpose: string;
  readonly data: string;
  readonly gate?: string | undefined;
  readonly recipient?: string | undefined;
  readonly channel?: string | undefined;
}

/** Why a use of data is allowed or denied. */
export interface Explanation {
  /** Whether a grant would be minted now. */
  readonly allowed: boolean;
  /** Identifier of the rule that decides; several are joined by `+`. */
  readonly rule: string;
  /** One sentence for people that names the rule. */
  readonly because: string;
}

/** Write everything the person owns into a new ZIP file. */
export interface Export {
  readonly path: string;
}

/** Fees or interest (`category` is the leaf's id) paid since a day. */
export interface FeesPaid {
  readonly key: "fees_paid";
  readonly category: string;
  readonly total: Money;
  readonly n: number;
  readonly since: Day;
}

/** Ask where balances are heading; 1 to 26 weeks. */
export interface Forecast {
  readonly weeks?: number | undefined;
}

/** How forecasts did on this device. */
export interface ForecastCoverage {
  /** By model, quantity and weeks ahead. */
  readonly horizons: readonly HorizonCoverage[];
  /** Forecasts whose week has come. */
  readonly n: number;
  /** Share of them between p10 and p90; null where none has come. */
  readonly within: number | null;
  /** The share that would be right. */
  readonly goal: number;
  /** Forecasts whose week has not come, or is not told yet. */
  readonly waiting: number;
  /** Day of the oldest forecast that is kept; null where none is. */
  readonly since: Day | null;
}

/** How the trajectory model did on this person's own past, beside the simple forecasts. */
export interface ForecastRecord {
  /**
   * Whether the outlook is the model's: it is while the model lost less than the simple forecast and the credit it
   * starts with, summed in turnovers of each day and so not to be read off `loss` and `loss_simple`; and where the
   * outlook from habits was tried, while `loss_tried` is less than `loss_habits`.
   */
  readonly used: boolean;
  /** Forecasts of a week that have come since. */
  readonly weeks: number;
  /** Mean quantile loss of the model over them. */
  readonly loss: Money;
  /** Of half known bills, half the same days of the last months. */
  readonly loss_simple: Money;
  /** Of the outlook from habits, over the weeks it was tried on, which are few of all; null where it was not. */
  readonly loss_habits: Money | null;
  /** Share of balances within the model's p10 and p90, as wide as they were told; 0.8 is honest. */
  readonly coverage: number | null;
  /** Of the model over the weeks that `loss_habits` is of; null where that is. */
  readonly loss_tried: Money | null;
}

/** Give consent to a purpose. */
export interface Grant {
  /** Identifier of the purpose. */
  readonly purpose: string;
  /** Days until it ends by itself; 0 for what the policy says. */
  readonly days?: number | undefined;
}

/** Who answers. */
export interface Greeting {
  /** Version of the protocol. */
  readonly abi: number;
  /** Of the engine. */
  readonly version: string;
  /** Everything that may be asked. */
  readonly methods: readonly string[];
  /** What a client may find missing in an older engine. */
  readonly features: readonly string[];
}

/** Begin: the first request on every door. */
export interface Hello {
  /** Version of the protocol that the client speaks. */
  readonly abi: number;
  /** Name of the client. */
  readonly client?: string | undefined;
  /** Its version. */
  readonly client_version?: string | undefined;
}

/** How the app may arrange itself. */
export interface Hints {
  /** What comes first. */
  readonly layout: Layout;
  /** How it speaks. */
  readonly tone: Tone;
  /** What it speaks of, the most fitting first. */
  readonly topics: readonly Topic[];
}

/** How forecasts of one kind, so many weeks ahead, did. */
export interface HorizonCoverage {
  /** What made them, with its version. */
  readonly model: string;
  /** `balance` at the end of the week, or `outflow` within it. */
  readonly quantity: string;
  /** Weeks ahead, 1 is the next. */
  readonly weeks: number;
  /** Forecasts whose week has come. */
  readonly n: number;
  /** Share of them that came between p10 and p90. */
  readonly within: number;
  /** Share that came below p10. */
  readonly below: number;
  /** Share that came above p90. */
  readonly above: number;
  /** Share that came below p50; half is right. */
  readonly below_middle: number;
}

/** Something that may be true of the person's life, which only the person knows. */
export interface Hypothesis {
  /** Stable: a hash of its kind and of what it rests on at its beginning. */
  readonly id: string;
  /** `job`, `home`, `child`, `relocation` or `investing`. */
  readonly kind: string;
  /** The day it was found for. */
  readonly as_of: Day;
  /** When it is thought to have happened or begun. */
  readonly since: Day;
  /** 0 to 1. */
  readonly confidence: number;
  /** Everything that counted, strongest first, also what has no single payment; stable words. */
  readonly signs: readonly string[];
  /** The payments behind the signs, in that order. */
  readonly evidence: readonly Evidence[];
  /** The question, without a language. */
  readonly message: NewJob | NewHome | NewChild | NewTown | InvestsAlready | CouldInvest;
  /** Every purpose that it took. */
  readonly purposes: readonly string[];
  /** What the person said; `not_true` is for ever and never shown again. */
  readonly answer: Answer;
}

/** Read a statement or an event file. */
export interface Import {
  /** The file; empty where its bytes are given. */
  readonly path?: string | undefined;
  /** `auto`, or a format's name to skip detection. */
  readonly format?: string | undefined;
  /** A TOML file that names the columns of a CSV; empty for detection. */
  readonly mapping?: string | undefined;
  /** Key of the account, for files that name none. */
  readonly account?: string | undefined;
  /** ISO 4217 code, for files that name none. */
  readonly currency?: string | undefined;
  /** The file's bytes, where it has no path on this device. */
  readonly content?: Uint8Array | undefined;
}

/** Money is short in several ways; the signs are stable words. */
export interface InStress {
  readonly key: "stress";
  readonly signs: readonly string[];
}

/** Regular income stopped and nothing came in its place. */
export interface IncomeGone {
  readonly key: "income_gone";
  readonly merchant: string;
  readonly amount: Money;
  readonly last: Day;
}

/** The latest pay was higher than those before. */
export interface IncomeHigher {
  readonly key: "income_higher";
  readonly merchant: string;
  readonly amount: Money;
  readonly usual: Money;
  readonly on: Day;
}

/** Regular income has not come, days after it was due. */
export interface IncomeLate {
  readonly key: "income_late";
  readonly merchant: string;
  readonly amount: Money;
  readonly due: Day;
}

/** The latest pay was lower than those before. */
export interface IncomeLower {
  readonly key: "income_lower";
  readonly merchant: string;
  readonly amount: Money;
  readonly usual: Money;
  readonly on: Day;
}

/** Regular income stopped long ago, nothing replaced it, and the balance falls: `expected` is the middle path. */
export interface IncomeMissed {
  readonly key: "income_missed";
  readonly merchant: string;
  readonly last: Day;
  readonly balance: Money;
  readonly expected: Money;
  readonly until: Day;
}

/** Regular income began. */
export interface IncomeNew {
  readonly key: "income_new";
  readonly merchant: string;
  readonly amount: Money;
  readonly since: Day;
}

/** What one import did. */
export interface IngestReport {
  /** The format that was read. */
  readonly format: string;
  /** Transactions that are new. */
  readonly added: number;
  /** Transactions that were known and changed: pending ones that the bank has posted, mostly. */
  readonly updated: number;
  /** Transactions that were known already. */
  readonly duplicates: number;
  /** App-engagement events that are new. */
  readonly events: number;
  /** The first rows that were not stored, with the reason; at most `MAX_REJECTED`. */
  readonly rejected: readonly Rejected[];
  /** How many rows were not stored. */
  readonly rejected_total: number;
  /** The accounts of this file as the store now has them. */
  readonly accounts: readonly AccountView[];
  /** How many of the added transactions got a category. */
  readonly categorized: number;
  /** Pairs of transactions recognised as movements between the person's own accounts. */
  readonly transfers: number;
  /** How long it took. */
  readonly seconds: number;
  /** What the person should know about this import, one sentence each; mostly none. */
  readonly notes: readonly string[];
}

/** One finding. */
export interface Insight {
  /** A hash of its kind and what it rests on: the same today and tomorrow. */
  readonly id: string;
  /** What was found, such as `duplicate_charge`. */
  readonly kind: string;
  /** The day it was found for. */
  readonly as_of: Day;
  /** How soon the person should look. */
  readonly severity: Severity;
  /** 0 to 1. */
  readonly confidence: number;
  /** Vault ids of the transactions it rests on, ascending. */
  readonly evidence: readonly number[];
  /** What to say, without a language. */
  readonly message: PriceRise | Overlap | DuplicateCharge | FeesPaid | SpendingUp | SpendingDown | Shortfall;
  /** What it is worth to the person in a year, positive; null where that cannot be said. */
  readonly money_a_year: Money | null;
  /** Every purpose that it took to find it. */
  readonly purposes: readonly string[];
}

/** All examinations; `ok` when none found anything wrong. */
export interface IntegrityReport {
  readonly ok: boolean;
  readonly checks: readonly Check[];
}

/** Money goes to investments regularly. */
export interface InvestsAlready {
  readonly key: "invests_already";
  readonly a_month: Money;
}

/** What an instalment would do. */
export interface LoanAssessment {
  /** One of three, none of which declines. */
  readonly verdict: LoanVerdict;
  /** What could be borne a month; null where nothing can be said. */
  readonly bearable: Money | null;
  /** Chance, 0 to 1, that a coming week ends below zero with the instalments added. */
  readonly risk: number;
  /** The instalment as a multiple of what could be borne, `BEYOND` at most. */
  readonly burden: number;
  /** Why, as clauses for people; identifiers of the thresholds first. */
  readonly reasons: readonly (readonly [string, string])[];
  /** Every number that it rests on. */
  readonly figures: readonly LoanFigure[];
}

/** One number that an assessment rests on. */
export interface LoanFigure {
  /** In snake case. */
  readonly name: string;
  /** An amount, a whole number, or a word. */
  readonly value: Money | number | string;
  /** Its data category. */
  readonly data: string;
  /** Every purpose that it took. */
  readonly purposes: readonly string[];
}

/** What was found when a model was examined. */
export interface ModelCheck {
  /** The model. */
  readonly name: string;
  /** Its version. */
  readonly version: number;
  /** `shipped` or `update`. */
  readonly origin: string;
  /** Whether every examination passed. */
  readonly ok: boolean;
  /** What did not, in one sentence; empty where all did. */
  readonly problem: string;
  /** How many files have the digest of the manifest. */
  readonly files: number;
  /** How many kinds of operators the graph uses, all allowed. */
  readonly operators: number;
  /** Most megabytes that the results of one run of 256 rows take, at 4 bytes an element. */
  readonly memory_mb: number;
  /** Golden answers that were replayed. */
  readonly cases: number;
  /** Largest difference from them. */
  readonly difference: number;
  /** Milliseconds that the runtime took to load it. */
  readonly load_ms: number;
}

/** What became of one model of an update. */
export interface ModelUpdate {
  /** The model. */
  readonly name: string;
  /** The version that was offered. */
  readonly version: number;
  /**
   * `installed`; `current`, as the one that is there is not older; `refused`; or `unknown`, where this engine has no
   * use for such a model.
   */
  readonly status: string;
  /** Why it was refused, in one sentence. */
  readonly reason: string;
}

/** One installed model. */
export interface ModelView {
  /** Such as `categorizer`. */
  readonly name: string;
  /** The model's own version. */
  readonly version: string;
  /** SHA-256 of the file that was published, hexadecimal; that of its file where there is no problem. */
  readonly digest: string;
  /** Size of that file. */
  readonly bytes: number;
  /** `shipped` with the engine, or `update`. */
  readonly origin: string;
  /** SPDX expression. */
  readonly license: string;
  /** Why it cannot be used, in one sentence; empty where it can. */
  readonly problem: string;
}

/** One moment. */
export interface Moment {
  /** A hash of its type and of what it rests on: the same today and tomorrow. */
  readonly id: string;
  /** One of `TYPES`. */
  readonly type: string;
  /** Of what the type means. */
  readonly version: number;
  /** The day it was found for. */
  readonly as_of: Day;
  /** Last day on which it is worth a word. */
  readonly valid_until: Day;
  /** How soon the person should look. */
  readonly severity: Severity;
  /** 0 to 1. */
  readonly confidence: number;
  /** Vault ids of the transactions it rests on, ascending. */
  readonly evidence: readonly number[];
  /** What to say, without a language. */
  readonly message: Shortfall | Overdrawn | AccountOverdrawn | SubscriptionNew | PriceRise | Overlap | BillDue | BillMissed | BillUnusual | IncomeLate | IncomeLower | IncomeHigher | IncomeGone | IncomeMissed | IncomeNew | SafeToSave | CategoryDrift | DuplicateCharge | FeesPaid | CreditCost | NewJob | NewHome | NewChild | NewTown | InStress;
  /** What it is worth to the person in a year, positive; null where that cannot be said. */
  readonly money_a_year: Money | null;
  /** Every purpose that it took. */
  readonly purposes: readonly string[];
  /** Every model that it took, with its version. */
  readonly models: readonly string[];
}

/** Something is worth a word that was not before. */
export interface MomentEvent {
  readonly kind: "moment";
  /** What. */
  readonly moment: Moment;
}

/** An amount of one currency. */
export interface Money {
  /** Signed integer in the currency's minor unit (cents for EUR, whole yen for JPY). */
  readonly minor: number;
  /** ISO 4217 alphabetic code. */
  readonly currency: string;
}

/** One category in one month. */
export interface MonthSpend {
  /** First day of the month. */
  readonly month: Day;
  /** Leaf or group id; empty where not categorized. */
  readonly category: string;
  /** Whether this is money that came in. */
  readonly income: boolean;
  /** Positive: what was spent less refunds, or earned. Negative where refunds outweigh. */
  readonly amount: Money;
  /** Mean of the up to `TRAILING` whole months before; null without any. */
  readonly usual: Money | null;
  /** `amount - usual`; null where `usual` is. */
  readonly change: Money | null;
  /** Transactions. */
  readonly n: number;
  /** Whether the month is over and was seen from its start. */
  readonly complete: boolean;
}

/** A child was born or joined the household. */
export interface NewChild {
  readonly key: "life_child";
  readonly since: Day;
}

/** Another home in the same town. */
export interface NewHome {
  readonly key: "life_home";
  readonly since: Day;
}

/** Pay from one payer stopped and from another began. */
export interface NewJob {
  readonly key: "life_job";
  readonly old: string;
  readonly new: string;
  readonly since: Day;
}

/** Another town; both are words of the bank's texts. */
export interface NewTown {
  readonly key: "life_relocation";
  readonly old: string;
  readonly new: string;
  readonly since: Day;
}

/** Name an account by its key. */
export interface OneAccount {
  readonly key: string;
}

/** Name a decision. */
export interface OneDecision {
  readonly id: string;
}

/** Name a model. */
export interface OneModel {
  readonly name: string;
}

/** Name a purpose of the policy. */
export interface OnePurpose {
  readonly purpose: string;
}

/** Name a review. */
export interface OneReview {
  /** Of the review. */
  readonly id: string;
  /** Who looks; empty for the person. */
  readonly adviser?: string | undefined;
}

/** Name a signal of the catalogue. */
export interface OneSignal {
  readonly signal: string;
}

/** Open a store; one at a time through one door. */
export interface Open {
  /** The store's folder; empty for a store in memory. */
  readonly path?: string | undefined;
  /** What the person typed. */
  readonly passphrase?: string | undefined;
  /** bytes[32] that the host keeps in its keystore. */
  readonly key?: Uint8Array | undefined;
  /** Whether the key is kept in the system's keyring. */
  readonly keyring?: boolean | undefined;
  /** Whether a store that is missing is made. */
  readonly create?: boolean | undefined;
  /** Folder with the app's own purposes; empty for the engine's. */
  readonly policy?: string | undefined;
  /** Folder with the app's own reviews and workflows; empty for the engine's. */
  readonly rules?: string | undefined;
  /** Folder with the app's own offers, guards and experiments; empty for the engine's. */
  readonly decisions?: string | undefined;
  /** What the host answers for: `key`, `clock`, `transport`, `channel.<name>`, `connector.<name>`. */
  readonly ports?: readonly string[] | undefined;
  /** X25519 public keys, by the name of the connector, that packets to the back end are sealed to. */
  readonly connectors?: Readonly<Record<string, Uint8Array>> | undefined;
  /** Kinds of events that the host wants: `moment`, `decision`, `review`, `sync`, `progress`. */
  readonly events?: readonly string[] | undefined;
  /** URL of the leading aggregator of signals; empty for none. */
  readonly leader?: string | undefined;
  /** URL of the helping one. */
  readonly helper?: string | undefined;
  /** Whether plain HTTP to this machine is allowed for them, for trying things out. */
  readonly loopback?: boolean | undefined;
  /** Sent with every upload, such as a token that the leader asks for. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** A time in RFC 3339 at which the engine's clock stands still, for tests; empty for the device's. */
  readonly clock?: string | undefined;
  /** Makes chance repeatable, for tests. */
  readonly seed?: number | null | undefined;
}

/** What was opened. */
export interface Opened {
  /** Whether the store is new. */
  readonly created: boolean;
}

/** What the back end said. */
export interface OrderAnswer {
  /** `done`, `refused`, or `unknown`, which is asked again. */
  readonly state: string;
  /** The back end's own name for what was done. */
  readonly reference?: string | undefined;
  /** Why it was refused, in snake case. */
  readonly reason?: string | undefined;
}

/** The money that leaves within one coming week: in 10, 50 and 90 of 100 cases it is less than this. */
export interface OutflowWeek {
  readonly ends: Day;
  readonly p10: Money;
  readonly p50: Money;
  readonly p90: Money;
}

/** Where balances are heading. */
export interface Outlook {
  /** The day it starts from. */
  readonly as_of: Day;
  /** What is there now. */
  readonly balance: Money;
  /** The coming weeks, in order. */
  readonly weeks: readonly OutlookWeek[];
  /** Known payments within them, by day. */
  readonly coming: readonly Coming[];
  /** Lowest end-of-day balance of the middle path. */
  readonly lowest: Money;
  /** Day of the lowest balance; the earliest of equals. */
  readonly lowest_on: Day;
  /**
   * Chance, 0 to 1, to fall below zero: the share of paths that do on some day; where the model speaks, the greater of
   * its risk within 30 days and of any week's end.
   */
  readonly below_zero: number;
  /** Whole weeks of the past that it was made from. */
  readonly history_weeks: number;
  /** `model` where the trajectory model's record on this person earned it, `habits` else. */
  readonly method: string;
  /** What the coming weeks take, as the model says; empty where it is not used. */
  readonly outflow: readonly OutflowWeek[];
  /** Of falling below nothing and below half a month's turnover; empty where the model is not used. */
  readonly risks: readonly Risk[];
  /** The model's record; null where there is no model, too little history, or pay is missing. */
  readonly record: ForecastRecord | null;
  /** Where the middle path falls below zero first; null where it does not. */
  readonly first_below: Below | null;
  /** Chance, 0 to 1, to have fallen below zero by the end of each week. */
  readonly chances: readonly number[];
  /**
   * Whether a good part of regular income is missing. The model sees balances alone and counts on what came before, so
   * it is not asked then.
   */
  readonly pay_missing: boolean;
  /** The last day that a bank told of; what was booked since is not in it. Null where that is not known. */
  readonly told_until: Day | null;
}

/** The balance at the end of one coming week: in 10, 50 and 90 of 100 cases it is lower than this. */
export interface OutlookWeek {
  readonly ends: Day;
  readonly p10: Money;
  readonly p50: Money;
  readonly p90: Money;
}

/** The balance is below zero now. */
export interface Overdrawn {
  readonly key: "below_zero";
  readonly balance: Money;
}

/** Several subscriptions serve one need, the `offering`; keeping `cheapest` alone saves `saving`. */
export interface Overlap {
  readonly key: "subscription_overlap";
  readonly offering: string;
  readonly merchants: readonly string[];
  readonly cheapest: string;
  readonly a_year: Money;
  readonly saving: Money;
}

/** How often people decided otherwise than the engine would have. */
export interface OverrideRate {
  /** Of the review. */
  readonly kind: string;
  /** Reviews that the engine had a view on and somebody approved or rejected. */
  readonly decided: number;
  /** Of those, the ones decided the other way. */
  readonly overridden: number;
  /** Reviews that nobody decided in time. */
  readonly expired: number;
}

/** A decision of the past. */
export interface Past {
  /** Its identifier. */
  readonly id: string;
  /** When. */
  readonly at: Instant;
  /** Where. */
  readonly channel: DeliveryChannel;
  /** Identifier of the offer; empty for silence. */
  readonly offer: string;
  /** What it was about. */
  readonly subject: string;
  /** `silent`, `waiting`, `delivered` or `lapsed`. */
  readonly state: string;
  /** What came of it. */
  readonly reaction: Reaction;
  /** What it is worth in a year; null where that cannot be said, or is none of the offer's doing. */
  readonly money_a_year: Money | null;
  /** How it came about; null where that is no longer kept. */
  readonly trace: Trace | null;
}

/** One contribution before it leaves. */
export interface Preview {
  /** Identifier. */
  readonly signal: string;
  /** A few words for people. */
  readonly title: string;
  /**
   * `next`: would be measured now; `over_budget`: would be, and the budget does not reach; `charged`: measured and
   * charged; `sealed`: its bytes are made; `other_servers`: they are made for other servers than are named now;
   * `other_catalogue`: for a signal that is another one, or gone, in the catalogue of today. The last two wait for
   * theirs to come back; what is of a signal that is gone is dropped by a sync.
   */
  readonly state: string;
  /** First day of the window that it is of; of what is counted as it stands, the day on which it is measured. */
  readonly window_from: Day;
  /** Last day. */
  readonly window_to: Day;
  /** Its numbers; by their places where it is not known any more what they count. */
  readonly entries: readonly Entry[];
  /** Entries that were cut to their bounds. */
  readonly clipped: number;
  /** Entries that became a bucket. */
  readonly bucketed: number;
  /** Who blurs it, and how, in words; empty where it is not known any more. */
  readonly noise: string;
  /** Privacy loss. */
  readonly epsilon: number;
  /** Of its report. */
  readonly sizes: Sizes;
  /** When it may be sent; null where it is not in the outbox. */
  readonly due: Instant | null;
  /** How often it was tried. */
  readonly attempts: number;
  /** The exact bytes of the report, hexadecimal; empty before it is sealed. */
  readonly bytes: string;
}

/** A fixed amount that became another fixed amount. */
export interface PriceChange {
  /** Amount before, signed. */
  readonly old: Money;
  /** Amount since, signed. */
  readonly new: Money;
  /** Booking day of the first payment at the new amount. */
  readonly since: Day;
  /** What the change makes in a year at the stream's cadence: `(new - old) * payments a year`. */
  readonly a_year: Money;
  /** Whether the new amount was paid at least twice. */
  readonly confirmed: boolean;
  /** Vault ids of the last payment before and the first payment since. */
  readonly payments: readonly [number, number];
}

/** A bill or subscription costs more than it did. Amounts are positive. */
export interface PriceRise {
  readonly key: "price_rise";
  readonly merchant: string;
  readonly old: Money;
  readonly new: Money;
  readonly since: Day;
  readonly a_year: Money;
}

/** A segment of one. */
export interface Profile {
  /** The day it holds for. */
  readonly as_of: Day;
  /** What is known, each with its evidence. */
  readonly traits: readonly Trait[];
  /** What they add up to. */
  readonly archetype: string;
  /** Why, as a clause for people. */
  readonly because: string;
  /** Names of the traits whose conditions made it so. */
  readonly rests_on: readonly string[];
  /** How the app may arrange itself. */
  readonly hints: Hints;
  /** Names of traits of which the person said that they are not true; nothing is inferred there. */
  readonly not_true: readonly string[];
}

/** How far a long request is; the last one before its answer need not be told. */
export interface ProgressEvent {
  readonly kind: "progress";
  /** Of the request. */
  readonly id: number;
  /** Bytes that were read. */
  readonly done: number;
  /** Bytes there are; 0 where that is not known. */
  readonly total: number;
  /** Transactions that are new so far. */
  readonly added: number;
  /** Transactions that were known already. */
  readonly duplicates: number;
}

/** Put a loan, with what is found of it and whatever that is, before an adviser. */
export interface ProposeLoan {
  /** What would be paid out. */
  readonly amount: Money;
  /** How many instalments. */
  readonly months: number;
  /** One instalment. */
  readonly monthly: Money;
  /** The bank's name of it. */
  readonly product: string;
  /** Key of the account where it is paid out. */
  readonly account: string;
  /** `engine`, or `person` where they asked for it themselves. */
  readonly proposer?: string | undefined;
}

/** Put something before whoever decides it, such as a saving before the person. */
export interface ProposeReview {
  /** Of the review, as the rules name it. */
  readonly kind: string;
  /** What would be done; exactly the fields that the rules list for the kind. */
  readonly terms: Readonly<Record<string, string | number>>;
  /** Why. */
  readonly evidence?: readonly ReviewFact[] | undefined;
  /** `engine`, `person`, or an adviser's identifier. */
  readonly proposer?: string | undefined;
  /** What the engine would say: `approve`, `reject` or nothing. It decides nothing. */
  readonly advice?: string | undefined;
}

/** One switch. */
export interface PurposeState {
  /** Identifier. */
  readonly purpose: string;
  /** A few words for people. */
  readonly title: string;
  /** Whether it is on now. */
  readonly granted: boolean;
  /** When it became what it is; null where the person never touched it. */
  readonly since: Instant | null;
  /** When it ends by itself; null where it is off or always on. */
  readonly expires: Instant | null;
  /** `granted`, `own-access`, or the rule that keeps it off. */
  readonly rule: string;
  /** What the person has from it. */
  readonly gained: string;
  /** What happens when it is off. */
  readonly lost: string;
  /** What is done and why. */
  readonly why: string;
  /** Consent, or the right of access. */
  readonly basis: Basis;
}

/** Something that an adviser asked the person. */
export interface Question {
  /** The adviser's identifier. */
  readonly by: string;
  /** Theirs. */
  readonly question: string;
  /** The person's; empty until it is given. */
  readonly answer: string;
}

/** Take in what just happened and answer it at once. */
export interface React {
  /** A file; empty where its bytes are given. */
  readonly path?: string | undefined;
  /** The file's bytes. */
  readonly content?: Uint8Array | undefined;
  /** `auto`, or a format's name to skip detection. */
  readonly format?: string | undefined;
  /** `feed`, or a channel that the host connected. */
  readonly channel?: string | undefined;
}

/** What came of something that happened. */
export interface Reacted {
  /** What was stored. */
  readonly report: IngestReport;
  /** What was decided. */
  readonly decision: Decision;
}

/** A row that was not stored. */
export interface Rejected {
  /** Line, element or message number in the file, counted from 1. */
  readonly row: number;
  /** One clause for people, with no content of the row in it. */
  readonly reason: string;
}

/** Open the store again after `Suspend`. */
export interface Resume {
  /** As in `Open`; everything empty asks for the key as it was had before. */
  readonly passphrase?: string | undefined;
  /** Likewise. */
  readonly key?: Uint8Array | undefined;
  /** Likewise. */
  readonly keyring?: boolean | undefined;
}

/** Something waits for a person's word that did not before. */
export interface ReviewEvent {
  readonly kind: "review";
  /** What. */
  readonly review: ReviewView;
}

/** One fact that a reviewer may see. */
export interface ReviewEvidence {
  /** What it is, in snake case. */
  readonly name: string;
  /** Its data category, as a term of the policy. */
  readonly data: string;
  /** Every purpose that it took to find it; withdrawing any of them deletes the review. */
  readonly purposes: readonly string[];
  /** The fact. */
  readonly value: string | number | Money;
}

/** One fact that whoever decides may see. */
export interface ReviewFact {
  /** What it is, in snake case. */
  readonly name: string;
  /** Its data category, as a term of the policy; one of those that the kind of review names. */
  readonly data: string;
  /** Every purpose that it took to find it; withdrawing any of them deletes the review. */
  readonly purposes: readonly string[];
  /** The fact. */
  readonly value: string | number | Money;
}

/** A review in a list. */
export interface ReviewView {
  /** Identifier. */
  readonly id: string;
  /** Of the review. */
  readonly kind: string;
  /** In words for people. */
  readonly title: string;
  /** 1 to 3. */
  readonly level: number;
  /** `pending`, `approved`, `rejected`, `asked` or `expired`. */
  readonly state: string;
  /** Who proposed it. */
  readonly proposer: string;
  /** Every purpose that it rests on. */
  readonly purposes: readonly string[];
  /** When it was proposed. */
  readonly made: Instant;
  /** Until when it can be decided. */
  readonly due: Instant;
  /** Who decided it; empty while nobody has. */
  readonly approver: string;
  /** Until when an approval holds. */
  readonly until: Instant | null;
  /** Whether an approval for once was used. */
  readonly used: boolean;
  /** SHA-256 of what is shown, hexadecimal. */
  readonly digest: string;
}

/** The chance, 0 to 1, that the balance stands below a buffer at some time within 30 days. */
export interface Risk {
  readonly buffer: Money;
  readonly chance: number;
}

/** One allowance or prohibition: every combination of what its lists name. */
export interface Rule {
  /** Identifier in kebab case; explanations name it. */
  readonly id: string;
  /** A purpose's id; `*` for all, in prohibitions alone. */
  readonly purpose: string;
  /** Allow or deny; deny wins. */
  readonly effect: Effect;
  /** Where it holds. */
  readonly gates: readonly Gate[];
  /** Data categories. An allowance covers those; a prohibition strikes any use that has one of them. */
  readonly data: readonly string[];
  /** Who may see it; `*` for all, in prohibitions alone. */
  readonly recipients: readonly string[];
  /** The rule as a clause for people, without a full stop. */
  readonly says: string;
  /**
   * Where it may be delivered. An allowance without channels is about undelivered use alone; a prohibition without
   * channels is about every use.
   */
  readonly channels: readonly DeliveryChannel[];
  /** First day, UTC, on which an allowance no longer holds. */
  readonly until: Day | null;
}

/** An amount that can be put aside: the balance most likely stays above `floor` until a day even so. */
export interface SafeToSave {
  readonly key: "safe_to_save";
  readonly amount: Money;
  readonly floor: Money;
  readonly until: Day;
  readonly a_year: Money;
}

/** Say what is never to be suggested again: `offer`, `kind` or `family` with its name, or `everything`. */
export interface SayNever {
  readonly covers?: string | undefined;
  readonly name?: string | undefined;
}

/** Say that money is short, or no longer is. */
export interface SayShort {
  readonly short?: boolean | undefined;
}

/** When a stream is due: slot 0, 1, 2... and so backwards. */
export interface Schedule {
  /** How often. */
  readonly cadence: Cadence;
  /** Ordinal day of slot 0 for the weekly cadences, its month (`year * 12 + month - 1`) for the others. */
  readonly origin: number;
  /** Day within the month; null for the weekly cadences. */
  readonly rule: StreamRule | null;
}

/** What a candidate was expected to bring, between about -1 and 1. */
export interface Score {
  /** What the prior expected. */
  readonly prior: number;
  /** What was learned on this device, added to it. */
  readonly learned: number;
  /** What the draw that was followed gave it, both included. */
  readonly drawn: number;
  /** Name and version of the prior; empty for none. */
  readonly model: string;
}

/** A report that left this device, or may have. */
export interface SentReport {
  /** Identifier. */
  readonly signal: string;
  /** First day of the window that it is of; null where it is not known any more, or it is counted as it stood. */
  readonly window_from: Day | null;
  /** Moment of the first attempt. */
  readonly at: Instant;
  /** How often the same bytes were sent. */
  readonly attempts: number;
  /**
   * `taken`; `refused`; or `may_have_left` where that is all that is known: no answer came, or one to a later attempt
   * that does not tell whether the first was taken.
   */
  readonly state: string;
  /** The numbers that were split; by their places where it is not known any more what they count. */
  readonly entries: readonly Entry[];
  /** Length of the report. */
  readonly bytes: number;
  /** Of the report, hexadecimal. */
  readonly sha256: string;
  /** As the servers know it, hexadecimal. */
  readonly report_id: string;
  /** Of the task, hexadecimal. */
  readonly task_id: string;
  /** Every purpose under whose consent it left. */
  readonly purposes: readonly string[];
  /** Who blurs it, and how, in words; empty where it is not known any more. */
  readonly noise: string;
}

/** What the aggregator answered. */
export interface ServerAnswer {
  /** Of HTTP. */
  readonly status: number;
  /** By their names, in any letters. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** All of it. */
  readonly body?: Uint8Array | undefined;
}

/** Say in your own word what is so. */
export interface SetTrait {
  /** Of the trait. */
  readonly name: string;
  /** A word or a number; null takes your word back. */
  readonly value: number | string | null;
}

/** The balance may fall below zero: the lowest point of the middle path, and the chance in per cent. */
export interface Shortfall {
  readonly key: "shortfall";
  readonly lowest: Money;
  readonly on: Day;
  readonly chance: number;
  readonly starts: Day | null;
  readonly below: Money | null;
}

/** A review as it is put before whoever decides it. */
export interface Shown {
  /** What is shown. */
  readonly content: Content;
  /** Its canonical bytes. */
  readonly raw: Uint8Array;
  /** SHA-256 of them, hexadecimal: what an approval names. */
  readonly digest: string;
}

/** One signal of the catalogue as it stands on this device. */
export interface SignalView {
  /** Identifier. */
  readonly id: string;
  /** A few words for people. */
  readonly title: string;
  /** What exactly is counted. */
  readonly counts: string;
  /** `on`, `off` where consent is missing, `not_measured` or `expired`. */
  readonly state: string;
  /** Which rule decides, or why it is not measured. */
  readonly why: string;
  /** Every purpose that it takes. */
  readonly purposes: readonly string[];
  /** Privacy loss of one contribution. */
  readonly epsilon: number;
  /** Who blurs it, and how, in words. */
  readonly noise: string;
  /** A device contributes once in so many days at most. */
  readonly every_days: number;
  /** Fewest contributions that are ever added up. */
  readonly min_batch: number;
  /** First day on which it is neither measured nor sent. */
  readonly expires: Day;
}

/** Bytes of a report; the same for every value. */
export interface Sizes {
  /** Told to both servers. */
  readonly public_share: number;
  /** Sealed for the leader. */
  readonly leader_share: number;
  /** Sealed for the helper. */
  readonly helper_share: number;
  /** The whole upload. */
  readonly report: number;
}

/** Ask for money by month. */
export interface Spending {
  /** How many months, the present one included; 1 to 120. */
  readonly months?: number | undefined;
  /** `group` or `leaf` of the taxonomy. */
  readonly by?: string | undefined;
}

/** Less was spent on a category in a month than usual; `change` is positive. */
export interface SpendingDown {
  readonly key: "spending_down";
  readonly category: string;
  readonly month: Day;
  readonly spent: Money;
  readonly usual: Money;
  readonly change: Money;
}

/** More was spent on a category in a month than usual. */
export interface SpendingUp {
  readonly key: "spending_up";
  readonly category: string;
  readonly month: Day;
  readonly spent: Money;
  readonly usual: Money;
  readonly change: Money;
}

/** Begin a workflow; it is only written down, and asked of the back end when workflows are run. */
export interface StartWorkflow {
  /** Of the workflow, as the rules name it. */
  readonly kind: string;
  /** What it is done for: once. */
  readonly key: string;
  /** What its packets hold; empty where it rests on an approval. */
  readonly fields?: Readonly<Record<string, string | number>> | undefined;
  /** The approved review that it rests on; empty for none. */
  readonly review?: string | undefined;
}

/** One candidate and how far it came. */
export interface Step {
  /** Identifier of the offer. */
  readonly offer: string;
  /** The offer in words. */
  readonly title: string;
  /** What it would be about, such as a moment's identifier. */
  readonly subject: string;
  /** Where it would be shown. */
  readonly channel: DeliveryChannel;
  /** Whether it came as far as the ranking. */
  readonly kept: boolean;
  /** The rule that kept or dropped it. */
  readonly rule: string;
  /** The rule as a clause for people. */
  readonly because: string;
  /** Purposes that it rests on there. */
  readonly purposes: readonly string[];
  /** What the ranking made of it; null where it was not ranked. */
  readonly score: Score | null;
}

/** Whether a person is in stress. */
export interface Strain {
  /** Whether credit and investments are kept back and support is suggested. */
  readonly in_stress: boolean;
  /** `marked`, `moment`, `signs`, `lasting` or `none`. */
  readonly rule: string;
  /** Identifiers of the signs that hold now. */
  readonly signs: readonly string[];
  /** As a clause for people. */
  readonly because: string;
}

/** Payments that belong together and come again. */
export interface Stream {
  /** Stable while payments are added: a hash of its first payment and its cadence. */
  readonly id: string;
  /** What it is to the person. */
  readonly kind: StreamKind;
  /** Merchant key. */
  readonly merchant: string;
  /** Taxonomy code of most of its payments, 0 where not categorized. */
  readonly leaf: number;
  /** Vault id of the account of its last payment. */
  readonly account: number;
  /** When it is due. */
  readonly schedule: Schedule;
  /** Whether it still runs. */
  readonly status: Status;
  /** Booking day of the first payment. */
  readonly first: Day;
  /** Booking day of the last payment. */
  readonly last: Day;
  /** Amount of the next payment, signed: negative leaves the account. */
  readonly expected: Money;
  /** Least of the amounts to expect, by magnitude. */
  readonly low: Money;
  /** Greatest of the amounts to expect, by magnitude. */
  readonly high: Money;
  /** Whether amounts differ from payment to payment, as for energy. */
  readonly varying: boolean;
  /** Signed amount of a year of payments; nothing is subtracted where the stream has ended. */
  readonly a_year: Money;
  /** Next due day; null where the stream has ended. */
  readonly next: Day | null;
  /** First day of the window of the next payment. */
  readonly next_first: Day | null;
  /** Last day of the window of the next payment. */
  readonly next_last: Day | null;
  /** Slots without a payment between the first and the last payment. */
  readonly missed: number;
  /** The latest price change; null where there was none. */
  readonly change: PriceChange | null;
  /** 0 to 1. */
  readonly confidence: number;
  /** Vault ids of its payments, in order. */
  readonly evidence: readonly number[];
}

/** Which day of a month a stream is due. */
export interface StreamRule {
  /** What is counted: days, working days (Monday to Friday) or one weekday. */
  readonly kind: RuleKind;
  /** Which one: 1 is the first, -1 the last working day or weekday; day 31 is the last of every month. */
  readonly n: number;
  /** 0 Monday to 6 Sunday, for `RuleKind.WEEKDAY` alone. */
  readonly weekday: number;
  /** What happens on weekends, for `RuleKind.DAY` alone. */
  readonly shift: Shift;
}

/** A subscription that began. Amounts are positive. */
export interface SubscriptionNew {
  readonly key: "subscription_new";
  readonly merchant: string;
  readonly amount: Money;
  readonly since: Day;
  readonly a_year: Money;
}

/** What a channel shows. */
export interface Suggestion {
  /** Of the decision; the same message has the same. */
  readonly id: string;
  /** Where. */
  readonly channel: DeliveryChannel;
  /** Identifier of the offer. */
  readonly offer: string;
  /** A few words. */
  readonly title: string;
  /** What the person has from it, as a sentence. */
  readonly worth: string;
  /** What called for it, as a sentence; empty for nothing in particular. */
  readonly why: string;
  /** The care it takes, 0 to 3. */
  readonly level: number;
  /** When it was decided. */
  readonly at: Instant;
  /** What it is worth in a year; null where that cannot be said. */
  readonly money_a_year: Money | null;
}

/** Measure, seal and send. */
export interface Sync {
  /** Whether reports go at once and not at the random moment drawn for each. */
  readonly hurry?: boolean | undefined;
}

/** Signals were measured, sealed or sent. */
export interface SyncEvent {
  readonly kind: "sync";
  /** What became of each. */
  readonly report: SyncReport;
}

/** What one synchronization did; signals by identifier. */
export interface SyncReport {
  /** Contributed to, charged and put into the outbox. */
  readonly measured: readonly string[];
  /** Their bytes were made. */
  readonly sealed: readonly string[];
  /** The leader has their reports. */
  readonly sent: readonly string[];
  /** The leader refused their reports. */
  readonly refused: readonly string[];
  /**
   * Sent before without an answer; now the leader says that it has their reports, or that their batch is closed,
   * without telling which.
   */
  readonly known: readonly string[];
  /** The privacy budget did not reach for these. */
  readonly over_budget: readonly string[];
  /** Code of the error of what is tried again later. */
  readonly problems: Readonly<Record<string, string>>;
  /** Rows that were dropped from the outbox. */
  readonly dropped: number;
  /** Rows that wait. */
  readonly waiting: number;
  /** When the next one is due; null where none waits. */
  readonly next: Instant | null;
}

/** What a correction did. */
export interface Taught {
  /** The transaction that was corrected. */
  readonly transaction_id: number;
  /** What it is now; null where it is not categorized any more. */
  readonly category: string | null;
  /** How many transactions have another category than before. */
  readonly changed: number;
  /**
   * Key of the merchant that it holds for, where money goes the same way; empty where it holds for this transaction
   * alone.
   */
  readonly merchant: string;
  /**
   * Why it holds for this transaction alone: `asked`, `no_name` where its text has no letter or digit to know others
   * by, `bank_words` where its text names nobody beside the bank's own words; else empty.
   */
  readonly alone: string;
}

/** Say what came of a suggestion. */
export interface TellOutcome {
  /** Of the decision. */
  readonly id: string;
  /** `opened`, `acted`, `dismissed`, `not_now`, or `never`, which is for ever. */
  readonly verdict: string;
  /** What the person has from it, where they acted. */
  readonly value?: Money | null | undefined;
  /** What never covers: the `offer`, its `kind`, its `family`, or `everything`. */
  readonly covers?: string | undefined;
}

/** How a decision came about. */
export interface Trace {
  /** When. */
  readonly at: Instant;
  /** For which channel. */
  readonly channel: DeliveryChannel;
  /** Whether the person was in stress, and by which rule. */
  readonly stress: Strain;
  /** Experiments that took part. */
  readonly arms: readonly Arm[];
  /** Every candidate, in the order of the catalogue. */
  readonly steps: readonly Step[];
  /** The place of the chosen one among the steps; null where nothing is suggested. */
  readonly chosen: number | null;
  /** The chance that the chosen one had; null where nothing is suggested. */
  readonly propensity: number | null;
  /** Digests of the policy files by name. */
  readonly policies: Readonly<Record<string, string>>;
  /** Why this, or why nothing, as a sentence. */
  readonly because: string;
}

/** One trait. */
export interface Trait {
  /** One of `DATA`. */
  readonly name: string;
  /** A word, or a number: a share of 1, days or months. */
  readonly value: number | string;
  /** 0 to 1, as of the day; what rests on old things fades. */
  readonly confidence: number;
  /** Who says so. */
  readonly source: Source;
  /** The day it holds for. */
  readonly as_of: Day;
  /** Latest day of what it rests on; null where it is the person's word. */
  readonly rests_on: Day | null;
  /** After so many days without anything new half of the confidence is left; null for ever. */
  readonly half_life_days: number | null;
  /** Vault ids of transactions, ascending. */
  readonly evidence: readonly number[];
  /** App events that it rests on, counted by name. */
  readonly events: readonly EventCount[];
  /** Every purpose that it took. */
  readonly purposes: readonly string[];
  /** Data categories that it is worked out from. */
  readonly data: readonly string[];
}

/** Some transactions, newest first. */
export interface TransactionPage {
  /** At most the asked number. */
  readonly transactions: readonly TransactionView[];
  /** How many fit the question. */
  readonly total: number;
}

/** One transaction as the person sees it. */
export interface TransactionView {
  /** The store's identifier. */
  readonly id: number;
  /** Booking date. */
  readonly date: Day;
  /** Signed: negative leaves the account. */
  readonly amount: Money;
  /** Key of the account. */
  readonly account: string;
  /** As the bank wrote it. */
  readonly description: string;
  /** The merchant's stable key. */
  readonly merchant: string;
  /** Name of the other side; empty where unknown. */
  readonly counterparty: string;
  /** `posted` or `pending`. */
  readonly status: string;
  /** Leaf id of the taxonomy; null where not categorized. */
  readonly category: string | null;
  /** Of the category, 0 to 1. */
  readonly confidence: number;
  /**
   * Who said so: `model`, `guess` where the model is not sure, `mcc`, `hint`, `correction` or `variant`; empty where
   * not categorized.
   */
  readonly source: string;
  /** Whether it is half of a movement between the person's own accounts. */
  readonly transfer: boolean;
  /** Format of the feed that brought it first. */
  readonly feed: string;
  /**
   * Where the source is `variant`, the key of the merchant that was corrected, whose category it has; otherwise empty.
   * `uncorrect` lets it follow nobody.
   */
  readonly follows: string;
}

/** Look at transactions, newest first. */
export interface Transactions {
  /** How many at most; 1 to 100,000. */
  readonly limit?: number | undefined;
  /** How many of the newest to pass over. */
  readonly offset?: number | undefined;
  /** First booking day as `YYYY-MM-DD`; empty for all. */
  readonly since?: string | undefined;
  /** Last booking day; empty for all. */
  readonly until?: string | undefined;
  /** Key of one account; empty for all. */
  readonly account?: string | undefined;
}

/** Take back a correction made for a transaction or its merchant. */
export interface Uncorrect {
  readonly transaction_id: number;
}

/** Take updates of the models from a folder that holds an update repository. */
export interface UpdateModels {
  /** Holds `metadata` and `targets`, as The Update Framework lays them out. */
  readonly folder: string;
  /** File with the root metadata that is trusted. */
  readonly root: string;
}

/** What a withdrawal did. */
export interface Withdrawal {
  /** The ledger's entry. */
  readonly event: ConsentEvent;
  /** Rows deleted by table. */
  readonly purged: Readonly<Record<string, number>>;
}

/** A workflow in a list. */
export interface WorkflowView {
  /** Identifier. */
  readonly id: string;
  /** Of the workflow. */
  readonly kind: string;
  /** `running`, `done`, `compensating`, `compensated` or `stuck`. */
  readonly state: string;
  /** Minor units that it moves; 0 where it moves none. */
  readonly amount: number;
  /** Of the amount. */
  readonly currency: string;
  /** When it was begun. */
  readonly started: Instant;
  /** Why it is undone or stuck; empty where it is neither. */
  readonly reason: string;
}

/** Write what an auditor asks for. */
export interface WriteEvidence {
  /** One that is not there yet. */
  readonly folder: string;
  /** Files with receipts of erasures. */
  readonly erasures?: readonly string[] | undefined;
}

/** What the engine tells unasked. */
export type EngineEvent = MomentEvent | DecisionEvent | ReviewEvent | SyncEvent | ProgressEvent;

/** Every code that an error of this engine may have. A newer engine may have more. */
export type ErrorCode =
  | "edge"
  | "consent"
  | "consent.denied"
  | "consent.grant_expired"
  | "consent.ledger_tampered"
  | "vault"
  | "vault.store_missing"
  | "vault.store_exists"
  | "vault.key_missing"
  | "vault.key_wrong"
  | "vault.corrupt"
  | "vault.schema_newer"
  | "vault.read_only"
  | "vault.disk_full"
  | "vault.busy"
  | "vault.suspended"
  | "vault.closed"
  | "vault.query_denied"
  | "feed"
  | "feed.missing"
  | "feed.format_unknown"
  | "feed.file_refused"
  | "feed.mapping_invalid"
  | "model"
  | "model.missing"
  | "model.refused"
  | "model.update_refused"
  | "model.update_unreachable"
  | "policy"
  | "decision"
  | "decision.approval_forged"
  | "decision.approval_replayed"
  | "decision.approval_expired"
  | "decision.approval_altered"
  | "decision.approval_missing"
  | "decision.approver_refused"
  | "decision.review_closed"
  | "decision.workflow_refused"
  | "signal"
  | "signal.budget_exhausted"
  | "signal.servers_changed"
  | "signal.catalogue_changed"
  | "door"
  | "door.frame"
  | "door.abi"
  | "door.hello"
  | "door.method"
  | "door.params"
  | "door.not_open"
  | "door.already_open"
  | "door.too_many"
  | "door.too_large"
  | "door.reentered"
  | "door.closed"
  | "door.host_silent"
  | "door.host_failed"
  | "door.host_answer"
  | "door.host_gone"
  | "cancelled"
  | "input";

/** Consent does not allow what was asked. */
export class ConsentError extends EdgeError {
  static override readonly code: string = "consent";
}

/** No live consent covers this use of data. */
export class PurposeDenied extends ConsentError {
  static override readonly code: string = "consent.denied";

  /** Identifier of the purpose that was asked for. Empty where the engine did not say. */
  readonly purpose: string;

  constructor(message: string, options: EdgeErrorOptions = {}) {
    super(message, options);
    this.purpose = options.told?.["purpose"] ?? "";
  }
}

/** The grant was once valid and is no longer: it ran out or its purpose was withdrawn. */
export class GrantExpired extends ConsentError {
  static override readonly code: string = "consent.grant_expired";
}

/** The consent ledger's hash chain or signature does not verify; everything is denied. */
export class LedgerTampered extends ConsentError {
  static override readonly code: string = "consent.ledger_tampered";
}

/** The encrypted store cannot do what was asked. */
export class VaultError extends EdgeError {
  static override readonly code: string = "vault";
}

/** There is no store at this place. */
export class StoreMissing extends VaultError {
  static override readonly code: string = "vault.store_missing";
}

/** There is a store at this place already. */
export class StoreExists extends VaultError {
  static override readonly code: string = "vault.store_exists";
}

/** The store is there but its key file, or a slot for this kind of key, is not. */
export class KeyMissing extends VaultError {
  static override readonly code: string = "vault.key_missing";
}

/** The key does not open this store. */
export class KeyWrong extends VaultError {
  static override readonly code: string = "vault.key_wrong";
}

/** The store's bytes fail an integrity check. */
export class Corrupt extends VaultError {
  static override readonly code: string = "vault.corrupt";
}

/** The store was written by a newer engine. */
export class SchemaNewer extends VaultError {
  static override readonly code: string = "vault.schema_newer";
}

/** The store's folder cannot be written. */
export class ReadOnly extends VaultError {
  static override readonly code: string = "vault.read_only";
}

/** The disk has no room for this write. */
export class DiskFull extends VaultError {
  static override readonly code: string = "vault.disk_full";
}

/** Another process has the store open for writing. */
export class Busy extends VaultError {
  static override readonly code: string = "vault.busy";
}

/** The store is suspended; resume it first. */
export class Suspended extends VaultError {
  static override readonly code: string = "vault.suspended";
}

/** The store is closed or erased. */
export class Closed extends VaultError {
  static override readonly code: string = "vault.closed";
}

/** A query asked for a table or column outside its grant. */
export class QueryDenied extends VaultError {
  static override readonly code: string = "vault.query_denied";
}

/** Input from outside cannot be read. */
export class FeedError extends EdgeError {
  static override readonly code: string = "feed";
}

/** There is no readable file at this place. */
export class FeedMissing extends FeedError {
  static override readonly code: string = "feed.missing";
}

/** No known format fits the bytes. */
export class FormatUnknown extends FeedError {
  static override readonly code: string = "feed.format_unknown";
}

/** The format is known but the file as a whole cannot be trusted. */
export class FileRefused extends FeedError {
  static override readonly code: string = "feed.file_refused";
}

/** The column mapping file does not fit its schema or the CSV file. */
export class MappingInvalid extends FeedError {
  static override readonly code: string = "feed.mapping_invalid";
}

/** A model cannot be used. */
export class ModelError extends EdgeError {
  static override readonly code: string = "model";
}

/** The model file is not installed. */
export class ModelMissing extends ModelError {
  static override readonly code: string = "model.missing";
}

/** The model file fails its digest, size, operator or data checks. */
export class ModelRefused extends ModelError {
  static override readonly code: string = "model.refused";
}

/** An update of the models is not signed as it must be, has run out, or is older than what was seen. */
export class UpdateRefused extends ModelError {
  static override readonly code: string = "model.update_refused";
}

/** The place where updates of the models come from does not answer, or lacks a file. */
export class UpdateUnreachable extends ModelError {
  static override readonly code: string = "model.update_unreachable";
}

/** A policy file is not valid. */
export class PolicyError extends EdgeError {
  static override readonly code: string = "policy";
}

/** A decision cannot be made or acted upon. */
export class DecisionError extends EdgeError {
  static override readonly code: string = "decision";
}

/** No key that the policy names signed this approval. */
export class ApprovalForged extends DecisionError {
  static override readonly code: string = "decision.approval_forged";
}

/** The approval was accepted or used before, or was given for another review. */
export class ApprovalReplayed extends DecisionError {
  static override readonly code: string = "decision.approval_replayed";
}

/** The review's time, or the approval's, is over or has not begun. */
export class ApprovalExpired extends DecisionError {
  static override readonly code: string = "decision.approval_expired";
}

/** What is to be decided or done is not what was shown and approved. */
export class ApprovalAltered extends DecisionError {
  static override readonly code: string = "decision.approval_altered";
}

/** This needs an approval that nobody gave. */
export class ApprovalMissing extends DecisionError {
  static override readonly code: string = "decision.approval_missing";
}

/** This person may not decide this review. */
export class ApproverRefused extends DecisionError {
  static override readonly code: string = "decision.approver_refused";
}

/** The review was decided already. */
export class ReviewClosed extends DecisionError {
  static override readonly code: string = "decision.review_closed";
}

/** A workflow cannot be begun or continued like this. */
export class WorkflowRefused extends DecisionError {
  static override readonly code: string = "decision.workflow_refused";
}

/** A signal cannot be measured, sealed or sent. */
export class SignalError extends EdgeError {
  static override readonly code: string = "signal";
}

/** The device's privacy budget for this epoch is spent. */
export class BudgetExhausted extends SignalError {
  static override readonly code: string = "signal.budget_exhausted";
}

/** A report was sealed for other servers than are named now; it waits for them to be named again. */
export class ServersChanged extends SignalError {
  static override readonly code: string = "signal.servers_changed";
}

/** A report was sealed for a signal that is another one in today's catalogue; it waits for its own to return. */
export class CatalogueChanged extends SignalError {
  static override readonly code: string = "signal.catalogue_changed";
}

/** A door cannot carry what it was given. */
export class DoorError extends EdgeError {
  static override readonly code: string = "door";
}

/** Bytes are not a frame. */
export class FrameInvalid extends DoorError {
  static override readonly code: string = "door.frame";
}

/** The host speaks another version of the protocol. */
export class AbiUnsupported extends DoorError {
  static override readonly code: string = "door.abi";
}

/** Something else was asked before `hello`. */
export class HelloMissing extends DoorError {
  static override readonly code: string = "door.hello";
}

/** There is no such method. */
export class MethodUnknown extends DoorError {
  static override readonly code: string = "door.method";
}

/** The parameters do not fit the method. */
export class ParamsInvalid extends DoorError {
  static override readonly code: string = "door.params";
}

/** No store was opened through this door. */
export class NotOpen extends DoorError {
  static override readonly code: string = "door.not_open";
}

/** A store is open through this door already. */
export class AlreadyOpen extends DoorError {
  static override readonly code: string = "door.already_open";
}

/** Too many requests wait already; this one was not taken. */
export class TooMany extends DoorError {
  static override readonly code: string = "door.too_many";
}

/** The answer does not fit a frame; ask for less of it. */
export class TooLarge extends DoorError {
  static override readonly code: string = "door.too_large";
}

/** The host called from inside its own callback, on the engine's thread, and would wait for itself. */
export class Reentered extends DoorError {
  static override readonly code: string = "door.reentered";
}

/** The door is closed. */
export class DoorClosed extends DoorError {
  static override readonly code: string = "door.closed";
}

/** The host did not answer the engine in time. */
export class HostSilent extends DoorError {
  static override readonly code: string = "door.host_silent";
}

/** The host answered the engine with an error. */
export class HostFailed extends DoorError {
  static override readonly code: string = "door.host_failed";
}

/** The host's answer to the engine is not of the agreed shape. */
export class HostAnswerInvalid extends DoorError {
  static override readonly code: string = "door.host_answer";
}

/** The host went away while the engine waited for it. */
export class HostGone extends DoorError {
  static override readonly code: string = "door.host_gone";
}

/** The host took its request back; what was committed before stays. */
export class Cancelled extends EdgeError {
  static override readonly code: string = "cancelled";
}

/** A request names something that does not exist or cannot be. */
export class InputError extends EdgeError {
  static override readonly code: string = "input";
}

/** The class of each code. */
export const REFUSALS: Readonly<Record<string, typeof EdgeError>> = {
  "edge": EdgeError,
  "consent": ConsentError,
  "consent.denied": PurposeDenied,
  "consent.grant_expired": GrantExpired,
  "consent.ledger_tampered": LedgerTampered,
  "vault": VaultError,
  "vault.store_missing": StoreMissing,
  "vault.store_exists": StoreExists,
  "vault.key_missing": KeyMissing,
  "vault.key_wrong": KeyWrong,
  "vault.corrupt": Corrupt,
  "vault.schema_newer": SchemaNewer,
  "vault.read_only": ReadOnly,
  "vault.disk_full": DiskFull,
  "vault.busy": Busy,
  "vault.suspended": Suspended,
  "vault.closed": Closed,
  "vault.query_denied": QueryDenied,
  "feed": FeedError,
  "feed.missing": FeedMissing,
  "feed.format_unknown": FormatUnknown,
  "feed.file_refused": FileRefused,
  "feed.mapping_invalid": MappingInvalid,
  "model": ModelError,
  "model.missing": ModelMissing,
  "model.refused": ModelRefused,
  "model.update_refused": UpdateRefused,
  "model.update_unreachable": UpdateUnreachable,
  "policy": PolicyError,
  "decision": DecisionError,
  "decision.approval_forged": ApprovalForged,
  "decision.approval_replayed": ApprovalReplayed,
  "decision.approval_expired": ApprovalExpired,
  "decision.approval_altered": ApprovalAltered,
  "decision.approval_missing": ApprovalMissing,
  "decision.approver_refused": ApproverRefused,
  "decision.review_closed": ReviewClosed,
  "decision.workflow_refused": WorkflowRefused,
  "signal": SignalError,
  "signal.budget_exhausted": BudgetExhausted,
  "signal.servers_changed": ServersChanged,
  "signal.catalogue_changed": CatalogueChanged,
  "door": DoorError,
  "door.frame": FrameInvalid,
  "door.abi": AbiUnsupported,
  "door.hello": HelloMissing,
  "door.method": MethodUnknown,
  "door.params": ParamsInvalid,
  "door.not_open": NotOpen,
  "door.already_open": AlreadyOpen,
  "door.too_many": TooMany,
  "door.too_large": TooLarge,
  "door.reentered": Reentered,
  "door.closed": DoorClosed,
  "door.host_silent": HostSilent,
  "door.host_failed": HostFailed,
  "door.host_answer": HostAnswerInvalid,
  "door.host_gone": HostGone,
  "cancelled": Cancelled,
  "input": InputError,
};

/** Digits after the point of an amount, where a currency is not among `EXPONENTS`. */
export const DEFAULT_EXPONENT = 2;

/** Digits after the point of a currency's amounts, by ISO 4217. */
export const EXPONENTS: Readonly<Record<string, number>> = {
  BHD: 3,
  BIF: 0,
  CLF: 4,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  IQD: 3,
  ISK: 0,
  JOD: 3,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  PYG: 0,
  RWF: 0,
  TND: 3,
  UGX: 0,
  UYI: 0,
  UYW: 4,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
};

export interface AccountsCalls {
  /** List the accounts. Takes the purpose `own_access`. */
  (options?: CallOptions): Promise<readonly AccountView[]>;
  /** Delete an account with everything that came of it. */
  forget(key: string, options?: CallOptions): Promise<Readonly<Record<string, number>>>;
}

export interface ProfileCalls {
  /** What is supposed of your habits. Takes the purpose `personalization`. */
  (options?: CallOptions): Promise<Profile>;
  /** Say whether something of your profile is so. Takes the purpose `personalization`. */
  answer(name: string, answer: string, options?: CallOptions): Promise<Profile>;
  /** Say yourself what is so. Takes the purpose `personalization`. */
  set(name: string, value: number | string | null, options?: CallOptions): Promise<Profile>;
}

export interface ForecastCalls {
  /** Where balances are heading. Takes the purpose `insights`. */
  (options?: Forecast & CallOptions): Promise<readonly Outlook[]>;
  /** How past forecasts did, by weeks ahead. Takes the purpose `insights`. */
  coverage(options?: CallOptions): Promise<ForecastCoverage>;
}

export interface LifeCalls {
  /** What looks like a change in your life, to confirm or not. Takes the purpose `life_changes`. */
  (options?: CallOptions): Promise<readonly Hypothesis[]>;
  /** Say whether a change in your life is so. Takes the purpose `life_changes`. */
  answer(id: string, answer: string, options?: CallOptions): Promise<Hypothesis>;
}

export interface AppetiteCalls {
  /** Whether you invest, or could, to confirm or not. Takes the purpose `investment_offers`. */
  (options?: CallOptions): Promise<readonly Hypothesis[]>;
  /** Say whether you invest. Takes the purpose `investment_offers`. */
  answer(id: string, answer: string, options?: CallOptions): Promise<Hypothesis>;
}

export interface ReviewsCalls {
  /** What is or was to be decided. Takes the purpose `own_access`. */
  (options?: CallOptions): Promise<readonly ReviewView[]>;
  /** What waits for a decision. Takes the purpose `own_access`. */
  pending(options?: CallOptions): Promise<readonly ReviewView[]>;
  /** Exactly what a decision is bound to. Takes the purpose `own_access`. */
  show(id: string, options?: Omit<OneReview, "id"> & CallOptions): Promise<Shown>;
  /** Approve a review. */
  approve(id: string, options?: Omit<DecideReview, "id"> & CallOptions): Promise<ReviewView>;
  /** Reject a review. */
  reject(id: string, options?: Omit<DecideReview, "id"> & CallOptions): Promise<ReviewView>;
  /** Ask the person something before deciding a review. */
  ask(id: string, options?: Omit<DecideReview, "id"> & CallOptions): Promise<ReviewView>;
  /** Answer what was asked about a review. */
  answer(id: string, words: string, options?: CallOptions): Promise<ReviewView>;
  /** How often people decided otherwise than the engine would have. Takes the purpose `own_access`. */
  rates(options?: CallOptions): Promise<readonly OverrideRate[]>;
  /** Put something before whoever decides it, which takes the consent that its kind and its evidence are under. */
  propose(kind: string, terms: Readonly<Record<string, string | number>>, options?: Omit<ProposeReview, "kind" | "terms"> & CallOptions): Promise<ReviewView>;
}

export interface WorkflowsCalls {
  /** What the bank was asked to do. Takes the purpose `own_access`. */
  (options?: CallOptions): Promise<readonly WorkflowView[]>;
  /** Write down what the bank is to be asked. */
  start(kind: string, key: string, options?: Omit<StartWorkflow, "kind" | "key"> & CallOptions): Promise<WorkflowView>;
  /** Ask the bank what may be asked now. */
  run(options?: CallOptions): Promise<readonly WorkflowView[]>;
}

export interface ConsentCalls {
  /** Every purpose and its state. */
  state(options?: CallOptions): Promise<readonly PurposeState[]>;
  /** Give consent. */
  grant(purpose: string, options?: Omit<Grant, "purpose"> & CallOptions): Promise<ConsentEvent>;
  /** Withdraw consent at once. */
  withdraw(purpose: string, options?: CallOptions): Promise<Withdrawal>;
  /** An ISO/IEC TS 27560 receipt. */
  receipt(purpose: string, options?: CallOptions): Promise<Readonly<Record<string, unknown>>>;
  /** The consent ledger. */
  history(options?: CallOptions): Promise<readonly ConsentEvent[]>;
  /** Write what an auditor asks for: ledger, records, policies, what left, models. Takes the purpose `own_access`. */
  evidence(folder: string, options?: Omit<WriteEvidence, "folder"> & CallOptions): Promise<EvidencePack>;
  /** Which rule decides. */
  explain(purpose: string, data: string, options?: Omit<Explain, "purpose" | "data"> & CallOptions): Promise<Explanation>;
}

export interface SignalsCalls {
  /** What may be counted over many people, and whether it is. */
  (options?: CallOptions): Promise<readonly SignalView[]>;
  /** What waits to be sent, with its exact bytes, and what would come next. Takes the purpose `own_access`. */
  preview(options?: CallOptions): Promise<readonly Preview[]>;
  /** What left this device. Takes the purpose `own_access`. */
  sent(options?: CallOptions): Promise<readonly SentReport[]>;
  /** The privacy budget and what is left. Takes the purpose `own_access`. */
  budget(options?: CallOptions): Promise<BudgetView>;
  /** What was not sent, and why. Takes the purpose `own_access`. */
  dropped(options?: CallOptions): Promise<readonly Dropped[]>;
  /** Measure one signal and put it into the outbox. Takes the purpose `aggregate_statistics`. */
  contribute(signal: string, options?: CallOptions): Promise<boolean>;
}

export interface ModelsCalls {
  /** The models and their digests. */
  (options?: CallOptions): Promise<readonly ModelView[]>;
  /** Examine the models and replay their golden answers. */
  verify(options?: CallOptions): Promise<readonly ModelCheck[]>;
  /** A model's card, in Markdown. */
  card(name: string, options?: CallOptions): Promise<string>;
  /** Take signed updates of the models. */
  update(folder: string, root: string, options?: CallOptions): Promise<readonly ModelUpdate[]>;
}

export interface LoansCalls {
  /**
   * Say what an instalment would do to the person's money; it never declines. Takes the purpose `credit_prescreening`.
   */
  assess(amount: Money, months: number, monthly: Money, options?: CallOptions): Promise<LoanAssessment>;
  /**
   * Assess a loan and put it before an adviser, whatever was found. Takes the purposes `credit_prescreening` and
   * `adviser_review`.
   */
  propose(amount: Money, months: number, monthly: Money, product: string, account: string, options?: Omit<ProposeLoan, "amount" | "months" | "monthly" | "product" | "account"> & CallOptions): Promise<ReviewView>;
}

/** Asks the engine whatever it can be asked; calls are done in the order in which they are made. */
export abstract class Operations {
  /** Carries a call to the engine. */
  protected abstract ask(method: string, params: object, options: CallOptions): Promise<unknown>;

  #ask<R>(method: string, params: object, { signal, ...fields }: CallOptions = {}): Promise<R> {
    return this.ask(method, { ...params, ...fields }, { signal }) as Promise<R>;
  }

  readonly accounts: AccountsCalls = Object.assign((options?: CallOptions) => this.#ask<readonly AccountView[]>("accounts", {}, options), {
    forget: (key: string, options?: CallOptions) => this.#ask<Readonly<Record<string, number>>>("accounts.forget", { key }, options),
  });

  /** List transactions, newest first. Takes the purpose `own_access`. */
  transactions(options?: Transactions & CallOptions): Promise<TransactionPage> {
    return this.#ask("transactions", {}, options);
  }

  /** Categorize texts. Takes the purpose `categorization`. */
  categorize(texts: readonly string[], options?: CallOptions): Promise<readonly Categorization[]> {
    return this.#ask("categorize", { texts }, options);
  }

  /** Teach a category. Takes the purpose `categorization`. */
  correct(transactionId: number, category: string, options?: Omit<Correct, "transaction_id" | "category"> & CallOptions): Promise<Taught> {
    return this.#ask("correct", { transaction_id: transactionId, category }, options);
  }

  /** Take a correction back. Takes the purpose `categorization`. */
  uncorrect(transactionId: number, options?: CallOptions): Promise<Taught> {
    return this.#ask("uncorrect", { transaction_id: transactionId }, options);
  }

  /** Money by month and category. Takes the purpose `insights`. */
  spending(options?: Spending & CallOptions): Promise<readonly MonthSpend[]> {
    return this.#ask("spending", {}, options);
  }

  /** Recurring bills and incomes. Takes the purpose `insights`. */
  streams(options?: CallOptions): Promise<readonly Stream[]> {
    return this.#ask("streams", {}, options);
  }

  /** What was found. Takes the purpose `insights`. */
  insights(options?: CallOptions): Promise<readonly Insight[]> {
    return this.#ask("insights", {}, options);
  }

  /** What is worth a word now. Takes the purpose `insights`. */
  moments(options?: CallOptions): Promise<readonly Moment[]> {
    return this.#ask("moments", {}, options);
  }

  readonly profile: ProfileCalls = Object.assign((options?: CallOptions) => this.#ask<Profile>("profile", {}, options), {
    answer: (name: string, answer: string, options?: CallOptions) => this.#ask<Profile>("profile.answer", { name, answer }, options),
    set: (name: string, value: number | string | null, options?: CallOptions) => this.#ask<Profile>("profile.set", { name, value }, options),
  });

  /** What to suggest now, and why. Takes the purpose `recommendations`. */
  decide(options?: Decide & CallOptions): Promise<Decision> {
    return this.#ask("decide", {}, options);
  }

  /** Show what still waits for its channel. Takes the purpose `recommendations`. */
  deliver(options?: CallOptions): Promise<number> {
    return this.#ask("deliver", {}, options);
  }

  /** What the feed shows. Takes the purpose `own_access`. */
  feed(options?: CallOptions): Promise<readonly Past[]> {
    return this.#ask("feed", {}, options);
  }

  /** What was suggested before. Takes the purpose `own_access`. */
  decisions(options?: Decisions & CallOptions): Promise<readonly Past[]> {
    return this.#ask("decisions", {}, options);
  }

  /** How a decision came about. Takes the purpose `own_access`. */
  decision(id: string, options?: CallOptions): Promise<Past> {
    return this.#ask("decision", { id }, options);
  }

  /** Say what came of a suggestion. Takes the purpose `recommendations`. */
  outcome(id: string, verdict: string, options?: Omit<TellOutcome, "id" | "verdict"> & CallOptions): Promise<boolean> {
    return this.#ask("outcome", { id, verdict }, options);
  }

  /** Never suggest something again. */
  never(options?: SayNever & CallOptions): Promise<boolean> {
    return this.#ask("never", {}, options);
  }

  /** Say that money is short: no credit, no investment and no saving is suggested. */
  moneyIsShort(options?: SayShort & CallOptions): Promise<boolean> {
    return this.#ask("money_is_short", {}, options);
  }

  readonly forecast: ForecastCalls = Object.assign((options?: Forecast & CallOptions) => this.#ask<readonly Outlook[]>("forecast", {}, options), {
    coverage: (options?: CallOptions) => this.#ask<ForecastCoverage>("forecast.coverage", {}, options),
  });

  readonly life: LifeCalls = Object.assign((options?: CallOptions) => this.#ask<readonly Hypothesis[]>("life", {}, options), {
    answer: (id: string, answer: string, options?: CallOptions) => this.#ask<Hypothesis>("life.answer", { id, answer }, options),
  });

  readonly appetite: AppetiteCalls = Object.assign((options?: CallOptions) => this.#ask<readonly Hypothesis[]>("appetite", {}, options), {
    answer: (id: string, answer: string, options?: CallOptions) => this.#ask<Hypothesis>("appetite.answer", { id, answer }, options),
  });

  readonly reviews: ReviewsCalls = Object.assign((options?: CallOptions) => this.#ask<readonly ReviewView[]>("reviews", {}, options), {
    pending: (options?: CallOptions) => this.#ask<readonly ReviewView[]>("reviews.pending", {}, options),
    show: (id: string, options?: Omit<OneReview, "id"> & CallOptions) => this.#ask<Shown>("reviews.show", { id }, options),
    approve: (id: string, options?: Omit<DecideReview, "id"> & CallOptions) => this.#ask<ReviewView>("reviews.approve", { id }, options),
    reject: (id: string, options?: Omit<DecideReview, "id"> & CallOptions) => this.#ask<ReviewView>("reviews.reject", { id }, options),
    ask: (id: string, options?: Omit<DecideReview, "id"> & CallOptions) => this.#ask<ReviewView>("reviews.ask", { id }, options),
    answer: (id: string, words: string, options?: CallOptions) => this.#ask<ReviewView>("reviews.answer", { id, words }, options),
    rates: (options?: CallOptions) => this.#ask<readonly OverrideRate[]>("reviews.rates", {}, options),
    propose: (kind: string, terms: Readonly<Record<string, string | number>>, options?: Omit<ProposeReview, "kind" | "terms"> & CallOptions) => this.#ask<ReviewView>("reviews.propose", { kind, terms }, options),
  });

  readonly workflows: WorkflowsCalls = Object.assign((options?: CallOptions) => this.#ask<readonly WorkflowView[]>("workflows", {}, options), {
    start: (kind: string, key: string, options?: Omit<StartWorkflow, "kind" | "key"> & CallOptions) => this.#ask<WorkflowView>("workflows.start", { kind, key }, options),
    run: (options?: CallOptions) => this.#ask<readonly WorkflowView[]>("workflows.run", {}, options),
  });

  readonly consent: ConsentCalls = {
    state: (options?: CallOptions) => this.#ask<readonly PurposeState[]>("consent.state", {}, options),
    grant: (purpose: string, options?: Omit<Grant, "purpose"> & CallOptions) => this.#ask<ConsentEvent>("consent.grant", { purpose }, options),
    withdraw: (purpose: string, options?: CallOptions) => this.#ask<Withdrawal>("consent.withdraw", { purpose }, options),
    receipt: (purpose: string, options?: CallOptions) => this.#ask<Readonly<Record<string, unknown>>>("consent.receipt", { purpose }, options),
    history: (options?: CallOptions) => this.#ask<readonly ConsentEvent[]>("consent.history", {}, options),
    evidence: (folder: string, options?: Omit<WriteEvidence, "folder"> & CallOptions) => this.#ask<EvidencePack>("consent.evidence", { folder }, options),
    explain: (purpose: string, data: string, options?: Omit<Explain, "purpose" | "data"> & CallOptions) => this.#ask<Explanation>("consent.explain", { purpose, data }, options),
  };

  readonly signals: SignalsCalls = Object.assign((options?: CallOptions) => this.#ask<readonly SignalView[]>("signals", {}, options), {
    preview: (options?: CallOptions) => this.#ask<readonly Preview[]>("signals.preview", {}, options),
    sent: (options?: CallOptions) => this.#ask<readonly SentReport[]>("signals.sent", {}, options),
    budget: (options?: CallOptions) => this.#ask<BudgetView>("signals.budget", {}, options),
    dropped: (options?: CallOptions) => this.#ask<readonly Dropped[]>("signals.dropped", {}, options),
    contribute: (signal: string, options?: CallOptions) => this.#ask<boolean>("signals.contribute", { signal }, options),
  });

  /** What kinds of data the bank and advisers were given. Takes the purpose `own_access`. */
  disclosures(options?: CallOptions): Promise<readonly Disclosure[]> {
    return this.#ask("disclosures", {}, options);
  }

  /** Measure, seal and send what consent allows. */
  sync(options?: Sync & CallOptions): Promise<SyncReport> {
    return this.#ask("sync", {}, options);
  }

  /** Write everything into a ZIP. Takes the purpose `own_access`. */
  export(path: string, options?: CallOptions): Promise<Readonly<Record<string, number>>> {
    return this.#ask("export", { path }, options);
  }

  /** Destroy the keys, then the store. */
  erase(options?: CallOptions): Promise<ErasureReceipt> {
    return this.#ask("erase", {}, options);
  }

  /** Check the store's integrity. */
  doctor(options?: CallOptions): Promise<IntegrityReport> {
    return this.#ask("doctor", {}, options);
  }

  readonly models: ModelsCalls = Object.assign((options?: CallOptions) => this.#ask<readonly ModelView[]>("models", {}, options), {
    verify: (options?: CallOptions) => this.#ask<readonly ModelCheck[]>("models.verify", {}, options),
    card: (name: string, options?: CallOptions) => this.#ask<string>("models.card", { name }, options),
    update: (folder: string, root: string, options?: CallOptions) => this.#ask<readonly ModelUpdate[]>("models.update", { folder, root }, options),
  });

  readonly loans: LoansCalls = {
    assess: (amount: Money, months: number, monthly: Money, options?: CallOptions) => this.#ask<LoanAssessment>("loans.assess", { amount, months, monthly }, options),
    propose: (amount: Money, months: number, monthly: Money, product: string, account: string, options?: Omit<ProposeLoan, "amount" | "months" | "monthly" | "product" | "account"> & CallOptions) => this.#ask<ReviewView>("loans.propose", { amount, months, monthly, product, account }, options),
  };

  /** List the categories, with their words for people. */
  categories(options?: CallOptions): Promise<readonly CategoryView[]> {
    return this.#ask("categories", {}, options);
  }
}
