-- What waits for a person's word, and what was asked of the bank because of it. Moments are Unix seconds UTC.

-- The latest moment at which anything here was written: a clock set back revives no approval.
CREATE TABLE action_time (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    high INTEGER NOT NULL
);
INSERT INTO action_time (id, high) VALUES (1, 0);
CREATE TRIGGER action_time_never_sinks BEFORE UPDATE ON action_time
WHEN NEW.high < OLD.high OR NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'time never runs backwards'); END;
CREATE TRIGGER action_time_stays BEFORE DELETE ON action_time
BEGIN SELECT RAISE(ABORT, 'time never runs backwards'); END;

CREATE TABLE review (
    id        TEXT PRIMARY KEY,
    kind      TEXT NOT NULL,
    level     INTEGER NOT NULL,
    purpose   TEXT NOT NULL,    -- every purpose it took, with blanks between: it goes with any of them
    proposer  TEXT NOT NULL,    -- engine, person, or an adviser's id
    advice    TEXT NOT NULL,    -- what the engine would say: approve, reject, or empty where it has no view
    state     INTEGER NOT NULL, -- 1 pending, 2 approved, 3 rejected, 4 asked, 5 expired
    made      INTEGER NOT NULL,
    due       INTEGER NOT NULL, -- first moment at which nobody can decide it any more
    content   BLOB NOT NULL,    -- exactly what is shown, as canonical JSON
    digest    BLOB NOT NULL,    -- SHA-256 of it
    approver  TEXT NOT NULL,    -- empty while nobody decided
    statement BLOB NOT NULL,    -- what an adviser signed; empty where the person decided
    signature BLOB NOT NULL,
    decided   INTEGER,
    until     INTEGER,          -- first moment at which an approval no longer holds
    used_by   TEXT              -- the workflow that an approval for once was spent on
) WITHOUT ROWID;
CREATE TRIGGER review_decided_is_for_ever BEFORE UPDATE ON review
WHEN OLD.state IN (3, 5) OR (OLD.state = 2 AND (NEW.content <> OLD.content OR NEW.digest <> OLD.digest
    OR NEW.statement <> OLD.statement OR NEW.signature <> OLD.signature OR NEW.state NOT IN (2, 5)
    OR NEW.until > OLD.until))
BEGIN SELECT RAISE(ABORT, 'what was decided stays so'); END;
CREATE TRIGGER review_is_spent_once BEFORE UPDATE ON review
WHEN OLD.used_by IS NOT NULL AND NEW.used_by IS NOT OLD.used_by
BEGIN SELECT RAISE(ABORT, 'an approval is used once'); END;
CREATE TRIGGER review_is_not_replaced BEFORE INSERT ON review
WHEN EXISTS (SELECT 1 FROM review WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'what was decided stays so'); END;

-- Signatures that were accepted once; they say nothing of the person and outlive the reviews.
CREATE TABLE approval_spent (
    digest BLOB PRIMARY KEY, -- SHA-256 of the signature
    at     INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TRIGGER approval_spent_stays BEFORE DELETE ON approval_spent
BEGIN SELECT RAISE(ABORT, 'a spent approval stays spent'); END;

-- How often people decided otherwise than the engine would have.
CREATE TABLE review_count (
    kind    TEXT NOT NULL,
    purpose TEXT NOT NULL,
    advice  TEXT NOT NULL,
    verdict TEXT NOT NULL, -- approved, rejected, expired
    n       INTEGER NOT NULL,
    PRIMARY KEY (kind, advice, verdict)
) WITHOUT ROWID;

CREATE TABLE workflow (
    id        TEXT PRIMARY KEY,
    kind      TEXT NOT NULL,
    key       TEXT NOT NULL UNIQUE, -- what it is done for, such as one purchase: once
    purpose   TEXT NOT NULL,
    review    TEXT NOT NULL,        -- the approval it rests on; empty where it needs none
    state     INTEGER NOT NULL,     -- 1 running, 2 done, 3 compensating, 4 compensated, 5 stuck
    body      BLOB NOT NULL,        -- its fields as canonical JSON; empty once only its undoing is left
    amount    INTEGER NOT NULL,     -- minor units that it moves; 0 where it moves none
    currency  TEXT NOT NULL,
    started   INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    retry     INTEGER NOT NULL,     -- not before this moment of the device's own clock
    withdrawn INTEGER NOT NULL,     -- 1: its purpose ended under way; undone, and then deleted
    reason    TEXT NOT NULL         -- why it is being undone or is stuck
);

-- Written before the connector is called, and again with what came of it.
CREATE TABLE workflow_step (
    workflow  TEXT NOT NULL REFERENCES workflow (id),
    seq       INTEGER NOT NULL,
    action    TEXT NOT NULL,
    undo      TEXT NOT NULL,        -- as the rules said when it was begun; empty where nothing is taken back
    key       TEXT NOT NULL UNIQUE, -- idempotency key
    state     INTEGER NOT NULL,     -- 1 intended, 2 done, 3 refused, 4 undoing, 5 undone
    attempts  INTEGER NOT NULL,     -- since its state was reached
    reference TEXT NOT NULL,        -- the back end's
    at        INTEGER NOT NULL,
    PRIMARY KEY (workflow, seq)
) WITHOUT ROWID;
CREATE TRIGGER workflow_step_goes_forward BEFORE UPDATE ON workflow_step
WHEN NEW.key <> OLD.key OR NEW.action <> OLD.action OR NEW.undo <> OLD.undo OR OLD.state = 5 OR (OLD.state = 3 AND NEW.state <> 3) OR NEW.state < OLD.state
BEGIN SELECT RAISE(ABORT, 'a step goes forward'); END;

-- What the person did with what was offered.
CREATE TABLE outcome (
    id       INTEGER PRIMARY KEY,
    subject  TEXT NOT NULL,    -- a decision, a workflow or an offer
    offer    TEXT NOT NULL,    -- the kind of offer
    purpose  TEXT NOT NULL,
    verdict  INTEGER NOT NULL, -- 1 acted, 2 dismissed, 3 not now, 4 never
    at       INTEGER NOT NULL,
    value    INTEGER NOT NULL, -- minor units that the person has from it
    currency TEXT NOT NULL,
    UNIQUE (subject, verdict)
);
CREATE TRIGGER outcome_stays BEFORE UPDATE ON outcome
WHEN OLD.verdict = 4 AND (NEW.verdict <> 4 OR NEW.offer <> OLD.offer)
BEGIN SELECT RAISE(ABORT, 'never again is for ever'); END;
CREATE TRIGGER outcome_never_stays BEFORE DELETE ON outcome
WHEN OLD.verdict = 4
BEGIN SELECT RAISE(ABORT, 'never again is for ever'); END;
