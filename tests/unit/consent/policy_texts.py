"""Small policies for tests, as the texts of their files."""

from __future__ import annotations

from importlib import resources

from edge_engine.consent.policy import Policy

DATA = """\
schema = 1

[[data]]
id = "pd:Transaction"
title = "Your transactions"
holds = "What was booked."
columns = ["txn.id", "txn.day"]

[[data]]
id = "pd:Preference"
title = "What you taught the engine"
holds = "Your corrections."
columns = ["correction.leaf"]

[[data]]
id = "dpv:SpecialCategoryPersonalData"
title = "Sensitive spending"
holds = "Spending that tells of health."

[[data]]
id = "dpv:NonPersonalData"
title = "Bookkeeping"
holds = "What the store needs to run."
personal = false
columns = ["meta.key"]
"""

HEAD = """\
schema = 1
version = "test"
issued = 2026-01-01

[controller]
id = "urn:test:controller"
name = "Test Bank"
contact = "privacy@bank.example"
address = "1 High Street"
jurisdiction = "loc:EU"
law = "eu:law-GDPR"

[[purpose]]
id = "own_access"
title = "See your own data"
dpv = ["dpv:RightsFulfilment"]
basis = "right_of_access"
why = "It is yours."
gained = "You see it."
lost = "Nothing."

[[purpose]]
id = "insights"
title = "Find bills"
dpv = ["fin:BudgetPlanningAssistance"]
why = "Bills are found."
gained = "Your bills."
lost = "No bills."
expires_days = 100

[[rule]]
id = "own-access"
purpose = "own_access"
effect = "allow"
gates = ["read"]
data = ["pd:Transaction", "pd:Preference", "dpv:SpecialCategoryPersonalData"]
recipients = ["person"]
says = "you may always see your own data"
"""

INSIGHTS = """
[[rule]]
id = "insights-on-device"
purpose = "insights"
effect = "allow"
gates = ["read", "infer"]
data = ["pd:Transaction"]
recipients = ["device"]
says = "this device may look for bills"
"""


def shipped(name: str) -> str:
    """Return the text of a policy file that ships with the engine."""
    return (resources.files("edge_engine_policies") / name).read_text("utf-8")


def policy(rules: str = INSIGHTS, *, head: str = HEAD, data: str = DATA) -> Policy:
    """Return the small policy with these rules after own access."""
    return Policy.parse(head + rules, data)


def line_of(text: str, part: str) -> int:
    """Return the line, counted from 1, on which ``part`` first stands."""
    return text[: text.index(part)].count("\n") + 1
