-- The first schema. Days are proleptic Gregorian ordinals, moments are Unix seconds UTC, amounts are minor units.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE account (
    id          INTEGER PRIMARY KEY,
    key         TEXT NOT NULL UNIQUE,
    currency    TEXT NOT NULL,
    kind        TEXT NOT NULL,
    name        TEXT NOT NULL,
    institution TEXT NOT NULL
);

CREATE TABLE balance (
    account_id INTEGER NOT NULL REFERENCES account (id),
    day        INTEGER NOT NULL,
    amount     INTEGER NOT NULL,
    currency   TEXT NOT NULL,
    PRIMARY KEY (account_id, day)
) WITHOUT ROWID;

CREATE TABLE merchant (
    id  INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE
);

CREATE TABLE txn (
    id                   INTEGER PRIMARY KEY,
    fingerprint          BLOB NOT NULL UNIQUE,
    account_id           INTEGER NOT NULL REFERENCES account (id),
    day                  INTEGER NOT NULL,
    value_day            INTEGER,
    amount               INTEGER NOT NULL,
    currency             TEXT NOT NULL,
    merchant_id          INTEGER NOT NULL REFERENCES merchant (id),
    description          TEXT NOT NULL,
    counterparty         TEXT NOT NULL,
    counterparty_account TEXT NOT NULL,
    mcc                  INTEGER NOT NULL,
    channel              TEXT NOT NULL,
    status               INTEGER NOT NULL,
    external_id          TEXT NOT NULL,
    pending_id           TEXT NOT NULL, -- external_id of the pending transaction that this one replaced
    feed_id              INTEGER NOT NULL REFERENCES feed (id),
    hint                 TEXT NOT NULL
);

-- Few rows at any time; posted rows are not in it and cost it nothing.
CREATE INDEX txn_pending ON txn (account_id) WHERE status = 1;

-- One row a format, so that a second feed of one account is reconciled with the first.
CREATE TABLE feed (
    id     INTEGER PRIMARY KEY,
    format TEXT NOT NULL UNIQUE,
    seen   INTEGER NOT NULL -- moment of the latest import
);

-- Which days of an account a feed has told; apart for rows with and without the bank's own identifier.
CREATE TABLE coverage (
    account_id INTEGER NOT NULL REFERENCES account (id),
    feed_id    INTEGER NOT NULL REFERENCES feed (id),
    identified INTEGER NOT NULL, -- 1: the rows carry an external_id
    first_day  INTEGER NOT NULL,
    last_day   INTEGER NOT NULL,
    PRIMARY KEY (account_id, feed_id, identified)
) WITHOUT ROWID;

-- Other fingerprints under which a transaction was told: pending before it posted, or by another feed.
CREATE TABLE sighting (
    fingerprint BLOB PRIMARY KEY,
    txn_id      INTEGER REFERENCES txn (id), -- null: announced and never booked
    feed_id     INTEGER NOT NULL REFERENCES feed (id),
    status      INTEGER NOT NULL -- as it was told
) WITHOUT ROWID;

-- Two halves of one movement between the person's own accounts.
CREATE TABLE transfer (
    out_id INTEGER PRIMARY KEY REFERENCES txn (id),
    in_id  INTEGER NOT NULL UNIQUE REFERENCES txn (id)
);

CREATE TABLE engagement (
    id      TEXT PRIMARY KEY,
    at      INTEGER NOT NULL,
    name    TEXT NOT NULL,
    subject TEXT NOT NULL
) WITHOUT ROWID;

-- Derived under the purpose `categorization`.
CREATE TABLE categorization (
    txn_id     INTEGER PRIMARY KEY REFERENCES txn (id),
    leaf       INTEGER NOT NULL,
    confidence INTEGER NOT NULL, -- parts per thousand
    source     INTEGER NOT NULL, -- 1 model, 2 mcc, 3 correction, 4 hint, 5 variant, 6 guess
    model      TEXT NOT NULL
);

CREATE TABLE correction (
    id          INTEGER PRIMARY KEY,
    merchant_id INTEGER REFERENCES merchant (id), -- null: this transaction only
    txn_id      INTEGER REFERENCES txn (id),
    leaf        INTEGER NOT NULL,
    at          INTEGER NOT NULL
);

-- Rollup kept in the same database transaction as `txn` and `categorization`; transfers between own accounts apart.
CREATE TABLE month_total (
    month      INTEGER NOT NULL, -- year * 12 + month - 1
    currency   TEXT NOT NULL,
    leaf       INTEGER NOT NULL, -- 0: not categorized
    internal   INTEGER NOT NULL, -- 1: half of a transfer between own accounts
    account_id INTEGER NOT NULL,
    inflow     INTEGER NOT NULL CHECK (typeof(inflow) = 'integer'), -- a sum beyond 64 bits would become a float
    outflow    INTEGER NOT NULL CHECK (typeof(outflow) = 'integer'), -- positive
    n          INTEGER NOT NULL,
    PRIMARY KEY (month, currency, leaf, internal, account_id)
) WITHOUT ROWID;

-- How many transactions an account has, without looking at them or at other accounts' months.
CREATE INDEX month_total_account ON month_total (account_id, n);

-- Derived under the purpose `insights`; body is the insight as JSON.
CREATE TABLE derived (
    kind    TEXT NOT NULL,    -- stream, insight, outlook
    id      TEXT NOT NULL,
    purpose TEXT NOT NULL,    -- every purpose it took, with blanks between: it goes with any of them
    as_of   INTEGER NOT NULL, -- day
    body    BLOB NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;

-- The consent ledger: append-only, hash-chained; the head is signed with the device key.
CREATE TABLE consent_event (
    seq       INTEGER PRIMARY KEY,
    body      BLOB NOT NULL,
    hash      BLOB NOT NULL,
    signature BLOB NOT NULL
);
CREATE TRIGGER consent_event_keeps_rows BEFORE DELETE ON consent_event
BEGIN SELECT RAISE(ABORT, 'the consent ledger is append-only'); END;
-- INSERT OR REPLACE would delete without asking the trigger above.
CREATE TRIGGER consent_event_keeps_order BEFORE INSERT ON consent_event
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM consent_event)
BEGIN SELECT RAISE(ABORT, 'the consent ledger is append-only'); END;
CREATE TRIGGER consent_event_keeps_words BEFORE UPDATE ON consent_event
BEGIN SELECT RAISE(ABORT, 'the consent ledger is append-only'); END;

-- Codes of the taxonomy whose rows need a grant for sensitive data; refreshed at each opening, no data of the person.
CREATE TABLE sensitive_leaf (
    leaf INTEGER PRIMARY KEY
);

-- Updates of the models (ADR 11); no data of the person. What ships with the engine is not here.
CREATE TABLE model (
    name    TEXT NOT NULL,
    version INTEGER NOT NULL,
    state   INTEGER NOT NULL, -- 1 good, 2 refused: it failed its golden answers, or would not load
    entry   BLOB NOT NULL,    -- the manifest's entry as JSON, which holds the digests of its files
    runtime TEXT NOT NULL,    -- the version of the runtime that tried it
    at      INTEGER NOT NULL,
    PRIMARY KEY (name, version)
) WITHOUT ROWID;

CREATE TABLE model_file (
    sha256  TEXT PRIMARY KEY,
    content BLOB NOT NULL
);

-- Versions of signed metadata below which none is believed again, and the latest moment an update was asked for.
CREATE TABLE model_floor (
    role    TEXT PRIMARY KEY,
    version INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TRIGGER model_floor_stays BEFORE DELETE ON model_floor
BEGIN SELECT RAISE(ABORT, 'a version floor never sinks'); END;
CREATE TRIGGER model_floor_never_sinks BEFORE UPDATE ON model_floor
WHEN NEW.version < OLD.version OR NEW.role <> OLD.role
BEGIN SELECT RAISE(ABORT, 'a version floor never sinks'); END;
-- INSERT OR REPLACE would delete without asking the first trigger.
CREATE TRIGGER model_floor_is_not_replaced BEFORE INSERT ON model_floor
WHEN EXISTS (SELECT 1 FROM model_floor WHERE role = NEW.role AND version > NEW.version)
BEGIN SELECT RAISE(ABORT, 'a version floor never sinks'); END;
