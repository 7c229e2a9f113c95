-- A refusal outlives the consent it was said under: it keeps its kind and its days, and nothing of what was supposed.
DROP TRIGGER hypothesis_answer_not_true_is_for_ever;
UPDATE OR IGNORE hypothesis_answer SET id = kind || ':' || day, body = x'' WHERE answer = 2;
DELETE FROM hypothesis_answer WHERE answer = 2 AND id <> kind || ':' || day; -- the same was refused twice
CREATE TRIGGER hypothesis_answer_not_true_is_for_ever BEFORE UPDATE ON hypothesis_answer
WHEN OLD.answer = 2
BEGIN SELECT RAISE(ABORT, 'what is not true stays so'); END;
CREATE TRIGGER hypothesis_answer_not_true_stays BEFORE DELETE ON hypothesis_answer
WHEN OLD.answer = 2
BEGIN SELECT RAISE(ABORT, 'what is not true stays so'); END;
