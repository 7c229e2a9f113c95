-- The privacy budget: what a contribution lost, charged before it is split. It holds no value of the person's, and
-- nothing is ever given back: not by a withdrawal, not by a clock set back.
CREATE TABLE signal_charge (
    signal  TEXT NOT NULL,
    window  INTEGER NOT NULL, -- number of the signal's window, counted from 1970
    epoch   INTEGER NOT NULL, -- number of the budget's epoch, counted from 1970
    at      INTEGER NOT NULL,
    epsilon INTEGER NOT NULL CHECK (epsilon > 0), -- millionths
    pure    INTEGER NOT NULL, -- 1 pure differential privacy, 0 epsilon**2 / 2 of zero-concentrated
    PRIMARY KEY (signal, window)
) WITHOUT ROWID;
CREATE INDEX signal_charge_epoch ON signal_charge (epoch);
CREATE TRIGGER signal_charge_stays BEFORE DELETE ON signal_charge
BEGIN SELECT RAISE(ABORT, 'what was charged is not given back'); END;
CREATE TRIGGER signal_charge_is_not_changed BEFORE UPDATE ON signal_charge
BEGIN SELECT RAISE(ABORT, 'what was charged is not given back'); END;
-- Windows and epochs only go on. INSERT OR REPLACE would delete without asking the first trigger.
CREATE TRIGGER signal_charge_goes_on BEFORE INSERT ON signal_charge
WHEN EXISTS (SELECT 1 FROM signal_charge WHERE (signal = NEW.signal AND window >= NEW.window) OR epoch > NEW.epoch)
BEGIN SELECT RAISE(ABORT, 'what was charged is not given back'); END;

-- What waits to be sent, derived under every purpose that it took: withdrawing any of them deletes it.
CREATE TABLE signal_outbox (
    id        INTEGER PRIMARY KEY,
    signal    TEXT NOT NULL,
    window    INTEGER NOT NULL,
    purpose   TEXT NOT NULL,    -- every purpose it took, with blanks between
    task      BLOB NOT NULL,    -- identifier of the task; another task's servers get nothing of it
    made      INTEGER NOT NULL,
    due       INTEGER NOT NULL, -- not sent before
    attempts  INTEGER NOT NULL,
    measured  TEXT NOT NULL,    -- as measured, numbers with commas between
    shared    TEXT NOT NULL,    -- as split: with the noise of this device
    clipped   INTEGER NOT NULL,
    bucketed  INTEGER NOT NULL,
    report_id BLOB,             -- null until it is sealed
    report    BLOB,             -- the exact bytes, the same at every attempt
    UNIQUE (signal, window)
);

-- What left the device, or may have: written before the first byte goes.
CREATE TABLE signal_sent (
    report_id BLOB PRIMARY KEY,
    signal    TEXT NOT NULL,
    window    INTEGER NOT NULL,
    purpose   TEXT NOT NULL,
    task      BLOB NOT NULL,
    at        INTEGER NOT NULL, -- first attempt
    attempts  INTEGER NOT NULL,
    state     INTEGER NOT NULL, -- 1 may have left, 2 taken by the leader, 3 refused by the leader
    shared    TEXT NOT NULL,
    bytes     INTEGER NOT NULL,
    sha256    BLOB NOT NULL
) WITHOUT ROWID;
CREATE TRIGGER signal_sent_stays BEFORE DELETE ON signal_sent
BEGIN SELECT RAISE(ABORT, 'what left the device is not forgotten'); END;

-- What was dropped and why, by signal; it counts and holds no value.
CREATE TABLE signal_drop (
    signal TEXT NOT NULL,
    reason TEXT NOT NULL,
    n      INTEGER NOT NULL,
    latest INTEGER NOT NULL,
    PRIMARY KEY (signal, reason)
) WITHOUT ROWID;
