-- What the person said of traits of theirs. What is only inferred is never kept.
CREATE TABLE trait_word (
    name    TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,    -- the purpose under which it was said; withdrawing it deletes what was said, but for a refusal
    denied  INTEGER NOT NULL, -- 1: it was said not to be true, and nothing is inferred any more
    value   TEXT NOT NULL,    -- the person's own word as JSON; empty where there is none
    at      INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TRIGGER trait_word_not_true_is_for_ever BEFORE UPDATE ON trait_word
WHEN OLD.denied = 1 AND (NEW.denied <> 1 OR NEW.name <> OLD.name)
BEGIN SELECT RAISE(ABORT, 'what is not true stays so'); END;
CREATE TRIGGER trait_word_not_true_stays BEFORE DELETE ON trait_word
WHEN OLD.denied = 1
BEGIN SELECT RAISE(ABORT, 'what is not true stays so'); END;
-- INSERT OR REPLACE would delete without asking the trigger above.
CREATE TRIGGER trait_word_is_not_replaced BEFORE INSERT ON trait_word
WHEN EXISTS (SELECT 1 FROM trait_word WHERE name = NEW.name AND denied = 1)
BEGIN SELECT RAISE(ABORT, 'what is not true stays so'); END;
