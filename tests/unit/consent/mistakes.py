"""Mistakes in policy files: what is changed, what is said about it, and where."""

from __future__ import annotations

from dataclasses import dataclass

from tests.unit.consent.policy_texts import INSIGHTS


@dataclass(frozen=True)
class Mistake:
    """A change to a good file, what is said about it, and the part of the changed file whose line is named."""

    file: str
    old: str
    new: str
    says: str
    at: str


RULE = 'id = "insights-on-device"'
DENY = INSIGHTS.replace('effect = "allow"', 'effect = "deny"')

MISTAKES = [
    Mistake("purposes", INSIGHTS, INSIGHTS + 'says = """\nand so on', "this is not TOML", "and so on"),
    Mistake("data", 'id = "pd:Preference"', 'id = "Preference"', "id names a term", 'id = "Preference"'),
    Mistake("data", 'id = "pd:Preference"', 'id = "foaf:Preference"', "id names a term", 'id = "foaf:'),
    Mistake(
        "data",
        'id = "pd:Preference"',
        'id = "pd:Transaction"',
        "pd:Transaction is there twice",
        'Transaction"\ntitle = "What',
    ),
    Mistake("data", "txn.day", "txnday", "txnday is not written as table.column", 'columns = ["txn.id"'),
    Mistake("data", "correction.leaf", "txn.day", "column txn.day is there twice", 'columns = ["txn.day"]'),
    Mistake("data", "Your corrections.", " ", "holds needs words for people", 'holds = " "'),
    Mistake("data", "schema = 1", "schema = 2", "schema must be 1", "schema"),
    Mistake("data", "schema = 1", "schema = true", "schema must be 1", "schema"),
    Mistake("data", "schema = 1", "", "schema must be 1", ""),
    Mistake(
        "data", 'title = "Bookkeeping"', "title = 7", "title must be text, not a whole number", "title = 7"
    ),
    Mistake(
        "data", "personal = false", 'personal = "no"', "personal must be true or false, not text", "personal"
    ),
    Mistake("data", "personal = false", "colour = 1", "there is no field colour", "colour"),
    Mistake("data", 'title = "Bookkeeping"\n', "", "the field title is missing", '[[data]]\nid = "dpv:NonP'),
    Mistake("purposes", 'version = "test"', 'version = "test', "this is not TOML", 'version = "test'),
    Mistake("purposes", 'version = "test"', "version = [1,", "this is not TOML", "issued"),
    Mistake("purposes", "issued = 2026-01-01", 'issued = "soon"', "issued: Invalid RFC3339", "issued"),
    Mistake(
        "purposes",
        "issued = 2026-01-01",
        "issued = 2026",
        "issued must be a date, not a whole number",
        "issued",
    ),
    Mistake("purposes", "issued = 2026-01-01\n", "", "the field issued is missing", "schema"),
    Mistake(
        "purposes", 'version = "test"', 'version = "test"\nextra = 1', "there is no field extra", "extra"
    ),
    Mistake("purposes", 'law = "eu:law-GDPR"', 'law = "GDPR"', "law names a term", "law ="),
    Mistake("purposes", 'name = "Test Bank"', 'name = ""', "name needs words", "name ="),
    Mistake("purposes", 'name = "Test Bank"', "name = 1", "name must be text", "name ="),
    Mistake("purposes", 'name = "Test Bank"\n', "", "the field name is missing", "[controller]"),
    Mistake(
        "purposes",
        'id = "insights"\ntitle',
        'id = "In Sights"\ntitle',
        "id is in snake_case",
        'id = "In Sights"',
    ),
    Mistake(
        "purposes",
        'id = "insights"\ntitle',
        'id = "own_access"\ntitle',
        "the right of access is the basis",
        '[[purpose]]\nid = "own_access"\ntitle = "Find',
    ),
    Mistake("purposes", '["fin:BudgetPlanningAssistance"]', "[]", "dpv names terms", "dpv = []"),
    Mistake(
        "purposes", '["fin:BudgetPlanningAssistance"]', '["Budget"]', "dpv names terms", 'dpv = ["Budget"]'
    ),
    Mistake("purposes", 'lost = "No bills."', 'lost = ""', "lost needs words", 'lost = ""'),
    Mistake(
        "purposes", "expires_days = 100", "expires_days = 0", "expires_days is from 1 to 3650", "expires_days"
    ),
    Mistake(
        "purposes",
        "expires_days = 100",
        "expires_days = 1.5",
        "expires_days must be a whole number, not a number",
        "expires_days",
    ),
    Mistake(
        "purposes",
        "expires_days = 100",
        'basis = "right_of_access"',
        "the right of access is the basis",
        'basis = "right_of_access"\n\n[[rule',
    ),
    Mistake(
        "purposes",
        'basis = "right_of_access"',
        "expires_days = 3",
        "the right of access is the basis",
        "[[purpose]]",
    ),
    Mistake(
        "purposes", 'basis = "right_of_access"', 'basis = "because"', "basis cannot be 'because'", "basis ="
    ),
    Mistake("purposes", RULE, 'id = "Insights"', "a rule's id is in kebab-case", 'id = "Insights"'),
    Mistake(
        "purposes",
        RULE,
        'id = "own-access"',
        "rule own-access is there twice",
        'id = "own-access"\npurpose = "insights"',
    ),
    Mistake(
        "purposes",
        'purpose = "insights"',
        'purpose = "insight"',
        "there is no purpose insight",
        'purpose = "insight"',
    ),
    Mistake(
        "purposes", 'purpose = "insights"', 'purpose = "*"', "only a prohibition may say", 'purpose = "*"'
    ),
    Mistake("purposes", '["device"]', '["*"]', "the recipient cannot be *", 'recipients = ["*"]'),
    Mistake("purposes", '["device"]', "[]", "recipients names at least one", "recipients = []"),
    Mistake(
        "purposes",
        '["device"]',
        '["everybody"]',
        "there is no recipient everybody",
        'recipients = ["everybody"]',
    ),
    Mistake(
        "purposes",
        '["device"]',
        '["aggregators"]',
        "at the gate read the recipient cannot be aggregators",
        'recipients = ["agg',
    ),
    Mistake("purposes", '["read", "infer"]', "[]", "gates names at least one", "gates = []"),
    Mistake(
        "purposes",
        '["read", "infer"]',
        '["read", "look"]',
        "gates cannot be 'look'",
        'gates = ["read", "look"]',
    ),
    Mistake(
        "purposes",
        'gates = ["read", "infer"]',
        'gates = "read"',
        "gates must be a list, not text",
        'gates = "read"',
    ),
    Mistake(
        "purposes",
        '["read", "infer"]',
        '["deliver"]',
        "the recipient cannot be device",
        'recipients = ["device"]',
    ),
    Mistake(
        "purposes",
        '["read", "infer"]\ndata = ["pd:Transaction"]\nrecipients = ["device"]',
        '["deliver"]\ndata = ["pd:Transaction"]\nrecipients = ["person"]',
        "what is delivered needs channels",
        '[[rule]]\nid = "insights',
    ),
    Mistake(
        "purposes",
        'recipients = ["device"]',
        'recipients = ["device"]\nchannels = ["feed"]',
        "channels belong to deliver and send",
        "channels",
    ),
    Mistake(
        "purposes",
        'data = ["pd:Transaction"]\n',
        'data = ["pd:Income"]\n',
        "there is no data category pd:Income",
        'data = ["pd:Income"]',
    ),
    Mistake(
        "purposes",
        'data = ["pd:Transaction"]\n',
        'data = ["dpv:NonPersonalData"]\n',
        "no rule may touch it",
        'data = ["dpv:Non',
    ),
    Mistake("purposes", 'data = ["pd:Transaction"]\n', "data = []\n", "data names at least one", "data = []"),
    Mistake(
        "purposes",
        "this device may look for bills",
        "this device may look.",
        "without a full stop",
        'says = "this device may look."',
    ),
    Mistake("purposes", "this device may look for bills", "", "says needs a clause", 'says = ""'),
    Mistake(
        "purposes", INSIGHTS, DENY + "until = 2027-01-01\n", "a prohibition does not end by itself", "until"
    ),
    Mistake("purposes", INSIGHTS, INSIGHTS + 'until = "later"\n', "until: Invalid RFC3339", "until"),
    Mistake("purposes", INSIGHTS, INSIGHTS + "until = 2027-02-30\n", "this is not TOML", "until"),
    Mistake(
        "purposes",
        INSIGHTS,
        DENY.replace('"insights"', '"own_access"'),
        "own access cannot be denied",
        'effect = "deny"',
    ),
    Mistake(
        "purposes",
        INSIGHTS,
        DENY.replace('"insights"', '"*"').replace('["device"]', '["*"]'),
        "own access cannot be denied",
        'gates = ["read", "infer"]',
    ),
    Mistake(
        "purposes",
        'gates = ["read"]',
        'gates = ["read", "infer"]',
        "own access opens the gate read alone",
        "gates =",
    ),
    Mistake(
        "purposes",
        'recipients = ["person"]',
        'recipients = ["person", "device"]',
        "to the person alone",
        "recipients =",
    ),
    Mistake("purposes", ', "pd:Preference"', "", "own access must cover pd:Preference", "[[purpose]]"),
]
