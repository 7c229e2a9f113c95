-- What the bank or an adviser was given, or may have been: what kinds of data, never the data. It is written before the
-- first byte goes, and stays when consent ends: what was given cannot be called back. Nothing here names an account, an
-- amount, a review or a workflow.
CREATE TABLE disclosure (
    mark      TEXT PRIMARY KEY, -- the step's key, or digest of what was shown and to whom: each is noted once
    recipient TEXT NOT NULL,    -- host_app or adviser
    who       TEXT NOT NULL,    -- the connector, or the adviser's id
    kind      TEXT NOT NULL,    -- of the workflow or the review
    step      TEXT NOT NULL,    -- what the bank was asked; empty for an adviser
    fields    TEXT NOT NULL,    -- names of the fields of what was given, with blanks between
    data      TEXT NOT NULL,    -- kinds of data, with blanks between
    purpose   TEXT NOT NULL,
    rule      TEXT NOT NULL,    -- the rule that allowed it; empty for rows of before
    entry     INTEGER NOT NULL, -- entry of the consent ledger; 0 for rows of before
    at        INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TRIGGER disclosure_stays BEFORE DELETE ON disclosure
BEGIN SELECT RAISE(ABORT, 'what was given is not forgotten'); END;
CREATE TRIGGER disclosure_is_not_changed BEFORE UPDATE ON disclosure
BEGIN SELECT RAISE(ABORT, 'what was given is not forgotten'); END;

-- What stores of before know of it: steps of the bank that were begun, and reviews that an adviser signed.
INSERT INTO disclosure
SELECT s.key, 'host_app', 'bank', w.kind, s.action, '', 'pd:FinancialAccount', w.purpose, '', 0, w.started
FROM workflow_step s JOIN workflow w ON w.id = s.workflow WHERE w.kind IN ('round_up', 'sweep', 'loan');
INSERT INTO disclosure
SELECT lower(hex(digest)) || ' ' || approver, 'adviser', approver, kind, '', '', 'pd:FinancialAccount', 'adviser_review',
    '', 0, coalesce(decided, made)
FROM review WHERE length(statement) > 0;
