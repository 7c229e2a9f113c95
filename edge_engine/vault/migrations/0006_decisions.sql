-- What was suggested, what came of it, what was learned from it, and which version of the product the person sees.

CREATE TABLE decision (
    seq        INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    at         INTEGER NOT NULL,
    channel    TEXT NOT NULL,
    offer      TEXT NOT NULL,    -- empty: silence
    kind       TEXT NOT NULL,    -- of the offer
    level      INTEGER NOT NULL,
    support    INTEGER NOT NULL, -- 1: an offer of support, which counts towards no cap
    subject    TEXT NOT NULL,    -- a moment, empty for nothing in particular
    purpose    TEXT NOT NULL,    -- every purpose it took, with blanks between: it goes with any of them
    state      INTEGER NOT NULL, -- 0 silence, 1 waits for its channel, 2 delivered, 3 lapsed before it was
    reaction   INTEGER NOT NULL, -- 0 none, 1 opened, 2 acted, 3 closed, 4 not now, 5 never
    reacted    INTEGER NOT NULL, -- moment of the reaction, 0 for none
    observed   INTEGER NOT NULL, -- 1: what came of it was learned from
    propensity REAL NOT NULL,    -- the chance that it had
    prior      REAL NOT NULL,    -- what was expected of it before anything was learned here
    model      TEXT NOT NULL,    -- who expected that: name and version of the prior, empty for none
    features   BLOB NOT NULL,
    money      INTEGER NOT NULL, -- worth a year in minor units, 0 where that cannot be said
    currency   TEXT NOT NULL
);
CREATE INDEX decision_waiting ON decision (seq) WHERE state = 1;
CREATE INDEX decision_silent ON decision (seq) WHERE state = 0;
CREATE INDEX decision_unobserved ON decision (seq) WHERE observed = 0 AND state = 2;

-- How a decision came about, as JSON; apart, so that looking at decisions does not read it.
CREATE TABLE decision_trace (
    decision TEXT PRIMARY KEY,
    purpose  TEXT NOT NULL,
    body     BLOB NOT NULL
) WITHOUT ROWID;

-- One row for what came of one suggestion; only ever appended, and deleted with its purposes.
CREATE TABLE observation (
    id       INTEGER PRIMARY KEY,
    decision TEXT NOT NULL UNIQUE,
    purpose  TEXT NOT NULL,
    at       INTEGER NOT NULL,
    model    TEXT NOT NULL, -- of the decision: the row's target is the reward less this prior's mean
    prior    REAL NOT NULL, -- of the decision: that mean, so that the reward is known whatever prior comes later
    row      BLOB NOT NULL
);
CREATE TRIGGER observation_stays BEFORE UPDATE ON observation
BEGIN SELECT RAISE(ABORT, 'what was observed stays so'); END;

-- What the rows up to one amount to; made anew from the rows where it is missing.
CREATE TABLE posterior (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    until INTEGER NOT NULL, -- the last row in it
    model TEXT NOT NULL,    -- the prior that all targets in it are less the mean of, empty for none
    body  BLOB NOT NULL
);

-- Derived under the purpose `experiments`.
CREATE TABLE assignment (
    experiment TEXT PRIMARY KEY,
    arm        TEXT NOT NULL, -- empty: the holdout
    at         INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TRIGGER assignment_stays BEFORE UPDATE ON assignment
BEGIN SELECT RAISE(ABORT, 'an assignment stays so'); END;

CREATE TABLE exposure (
    experiment TEXT PRIMARY KEY,
    arm        TEXT NOT NULL,
    at         INTEGER NOT NULL
) WITHOUT ROWID;

-- What the person never wants to see again; it outlives every consent and only erasure ends it.
CREATE TABLE never_again (
    what TEXT NOT NULL, -- offer, kind, family, everything
    name TEXT NOT NULL,
    at   INTEGER NOT NULL,
    PRIMARY KEY (what, name)
) WITHOUT ROWID;
CREATE TRIGGER never_again_is_for_ever BEFORE DELETE ON never_again
BEGIN SELECT RAISE(ABORT, 'never again is for ever'); END;
CREATE TRIGGER never_again_stays BEFORE UPDATE ON never_again
BEGIN SELECT RAISE(ABORT, 'never again is for ever'); END;
INSERT INTO never_again (what, name, at) SELECT 'kind', offer, min(at) FROM outcome WHERE verdict = 4 GROUP BY offer;

-- That money is short: as it was said, which only who said it takes back, and when signs of it were last seen.
CREATE TABLE stress (
    source  TEXT PRIMARY KEY, -- said, signs
    purpose TEXT NOT NULL,    -- every purpose it took to see the signs; empty where it was said
    at      INTEGER NOT NULL
) WITHOUT ROWID;

-- What a correction replaced: it is kept beside it, so that it can be told how sure the model was where it was wrong.
ALTER TABLE categorization ADD COLUMN model_leaf INTEGER NOT NULL DEFAULT 0;       -- 0: nothing, or not known
ALTER TABLE categorization ADD COLUMN model_confidence INTEGER NOT NULL DEFAULT 0; -- in parts per thousand
