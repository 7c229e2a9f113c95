-- A charge counts over the time of its epoch, and a window is the time that it tells of: numbers of either mean another
-- time once a catalogue has other lengths. The lengths that rows of before were numbered in follow from their moments:
-- number n of length d holds the moments from n * d on, and n is far larger than d.
CREATE TABLE signal_charge_over_time (
    signal       TEXT NOT NULL,
    window       INTEGER NOT NULL, -- number of the signal's window, in the length that it had
    begins       INTEGER NOT NULL, -- the window's first second
    ends         INTEGER NOT NULL, -- the first second after it
    at           INTEGER NOT NULL, -- never before a charge that was there, whatever the clock said
    epoch_begins INTEGER NOT NULL, -- the budget's epoch that it was charged to
    epoch_ends   INTEGER NOT NULL,
    epsilon      INTEGER NOT NULL CHECK (epsilon > 0), -- millionths
    pure         INTEGER NOT NULL, -- 1 pure differential privacy, 0 epsilon**2 / 2 of zero-concentrated
    PRIMARY KEY (signal, ends, window)
) WITHOUT ROWID;
INSERT INTO signal_charge_over_time
WITH moved AS (
    -- A clock that was set back charged to the latest epoch: no epoch begins before the ones below it were charged.
    SELECT signal, window, epoch, epsilon, pure, max(at) OVER (ORDER BY epoch, at) AS at FROM signal_charge
), sized AS (
    SELECT *,
        min(max(CAST(round(at / 86400.0 / max(window + 1, 1)) AS INTEGER), 1), 365) * 86400 AS cadence,
        min(max(CAST(round(max(at) OVER (PARTITION BY epoch) / 86400.0 / max(epoch, 1)) AS INTEGER), 1), 365) * 86400
            AS length
    FROM moved
)
SELECT signal, window, window * cadence, (window + 1) * cadence, at, epoch * length,
    max((epoch + 1) * length, at + 1), epsilon, pure FROM sized;
DROP TABLE signal_charge;
ALTER TABLE signal_charge_over_time RENAME TO signal_charge;
CREATE INDEX signal_charge_epoch ON signal_charge (epoch_ends);
CREATE TRIGGER signal_charge_stays BEFORE DELETE ON signal_charge
BEGIN SELECT RAISE(ABORT, 'what was charged is not given back'); END;
CREATE TRIGGER signal_charge_is_not_changed BEFORE UPDATE ON signal_charge
BEGIN SELECT RAISE(ABORT, 'what was charged is not given back'); END;
-- Windows and moments only go on. INSERT OR REPLACE would delete without asking the first trigger.
CREATE TRIGGER signal_charge_goes_on BEFORE INSERT ON signal_charge
WHEN EXISTS (SELECT 1 FROM signal_charge WHERE (signal = NEW.signal AND ends > NEW.begins) OR at > NEW.at)
BEGIN SELECT RAISE(ABORT, 'what was charged is not given back'); END;

-- The signal as the catalogue had it when it was charged, JSON: what a row is told with. Empty for rows of before.
ALTER TABLE signal_outbox ADD COLUMN told TEXT NOT NULL DEFAULT '';
ALTER TABLE signal_sent ADD COLUMN told TEXT NOT NULL DEFAULT '';
-- Attempts of a report that the leader may have taken without our knowing.
ALTER TABLE signal_outbox ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;
UPDATE signal_outbox SET lost = attempts;
