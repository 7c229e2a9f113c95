-- What the person said of a hypothesis about their life. What is only supposed is never kept.
CREATE TABLE hypothesis_answer (
    id      TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,    -- the purpose under which it was asked; withdrawing it deletes the row
    kind    TEXT NOT NULL,    -- job, home, child, relocation, investing
    day     INTEGER NOT NULL, -- when it is thought to have happened
    answer  INTEGER NOT NULL, -- 1 confirmed, 2 not true
    at      INTEGER NOT NULL,
    body    BLOB NOT NULL     -- as it was confirmed, as JSON; empty where it is not true
) WITHOUT ROWID;
CREATE TRIGGER hypothesis_answer_not_true_is_for_ever BEFORE UPDATE ON hypothesis_answer
WHEN OLD.answer = 2
BEGIN SELECT RAISE(ABORT, 'what is not true stays so'); END;
-- INSERT OR REPLACE would delete without asking the trigger above.
CREATE TRIGGER hypothesis_answer_is_not_replaced BEFORE INSERT ON hypothesis_answer
WHEN EXISTS (SELECT 1 FROM hypothesis_answer WHERE id = NEW.id AND answer = 2)
BEGIN SELECT RAISE(ABORT, 'what is not true stays so'); END;

-- Forecasts as they were made, and what came; derived under the purpose `insights`.
CREATE TABLE forecast (
    currency TEXT NOT NULL,
    quantity TEXT NOT NULL,    -- balance at the end of the week, or outflow within it
    made     INTEGER NOT NULL, -- day
    ends     INTEGER NOT NULL, -- last day of the week that is foretold
    purpose  TEXT NOT NULL,    -- every purpose it took, with blanks between: it goes with any of them
    model    TEXT NOT NULL,    -- what made it, with its version
    accounts TEXT NOT NULL,    -- ids of the accounts it is of, with blanks between
    p10      INTEGER NOT NULL,
    p50      INTEGER NOT NULL,
    p90      INTEGER NOT NULL,
    actual   INTEGER,          -- null until that day is told
    PRIMARY KEY (currency, quantity, made, ends)
) WITHOUT ROWID;
