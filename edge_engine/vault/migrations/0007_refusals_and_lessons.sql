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

-- A merchant's lesson holds for money of one direction. One from before holds for each direction that it was applied to.
ALTER TABLE correction ADD COLUMN inflow INTEGER NOT NULL DEFAULT 0; -- 1: for money that comes in
INSERT INTO correction (merchant_id, leaf, at, inflow) SELECT merchant_id, leaf, at, 1 FROM correction
WHERE merchant_id IN (SELECT merchant_id FROM txn WHERE amount > 0) ORDER BY id;
DELETE FROM correction WHERE inflow = 0 AND merchant_id IN (SELECT merchant_id FROM txn WHERE amount > 0)
AND merchant_id NOT IN (SELECT merchant_id FROM txn WHERE amount <= 0);

-- Key of the merchant whose lesson a variant has; empty for every other row, and for variants of before.
ALTER TABLE categorization ADD COLUMN follows TEXT NOT NULL DEFAULT '';
