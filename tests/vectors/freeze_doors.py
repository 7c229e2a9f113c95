"""Writes the golden vectors of the doors: ``python -m tests.vectors.freeze_doors``.

Every step is asked twice, of two sidecars: what differs between the two is chance, and stands as ``"*"``. The vectors
are written anew where an answer was changed on purpose; `tests/doors/test_vectors.py` says so where one was not.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Final

from tests.fakes.door_host import Refused, Sidecar
from tests.fakes.door_vectors import ANYTHING, FILE, Json, at, filled, places, plain

ABOUT: Final = [
    "Every face of the engine answers these steps like this; docs/doors.md says how to replay them.",
    "${name} stands for a place (bank, store, second, export) or for something kept from an earlier answer.",
    'In a result "*" is anything; numbers that are not whole may differ by 1e-6; more fields may come.',
    "Bytes stand as base64. Where the engine asks its host, the answer is in `host`; base64 as well for a key.",
]

HOST: Final = {"host.key": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}

CLOCK: Final = "2026-06-30T12:00:00Z"
PASSPHRASE: Final = "correct horse battery staple"
SEED: Final = 7

Step = dict[str, Json]


def step(
    method: str, params: Json = None, *, keep: dict[str, str] | None = None, cli: list[str] | None = None
) -> Step:
    """Return a step: what is asked, what of the answer is kept, and the command that answers the same."""
    asked: Step = {"method": method, "params": params}
    if keep:
        asked["keep"] = keep
    if cli:
        asked["cli"] = cli
    return asked


OPEN: Final = {"path": "${store}", "passphrase": PASSPHRASE, "clock": CLOCK, "seed": SEED}

ROUND_UP: Final = {
    "kind": "round_up_saving",
    "terms": {
        "from_account": "MAIN", "to_account": "POT", "currency": "GBP", "unit": 100, "per_purchase": 99,
        "per_week": 1000, "floor": 20000,
    },
    "evidence": [
        {
            "name": "monthly_income", "data": "pd:Income", "purposes": ["insights"],
            "value": {"minor": 240000, "currency": "GBP"},
        },
    ],
}  # fmt: skip
LOAN: Final = {
    "amount": {"minor": 250000, "currency": "GBP"},
    "months": 24,
    "monthly": {"minor": 11200, "currency": "GBP"},
}
ASKED: Final = {"product": "personal", "account": "MAIN", "proposer": "person"}

STEPS: Final = [
    step("accounts"),
    step("hello", {"abi": 2, "client": "vectors", "client_version": "1"}),
    step("hello", {"abi": 1, "client": "vectors", "client_version": "1"}),
    step("ping"),
    step("accounts"),
    step("mint_money"),
    step("open", {"path": "${store}", "clock": CLOCK}),
    step("open", {**OPEN, "key": "not bytes"}),
    step("open", {**OPEN, "create": False}),
    step("open", OPEN),
    step("open", OPEN),
    step("transactions", {"limit": "many"}),
    step("transactions", {"limit": 0}, cli=["transactions", "--limit", "0"]),
    step("correct", {"category": "food.groceries"}),
    step("insights", cli=["insights"]),
    step("consent.state", cli=["consent", "list"]),
    step("consent.grant", {"purpose": "mind_reading"}),
    *(
        step("consent.grant", {"purpose": purpose, "a field of tomorrow": [1, {"b": 2}]})
        for purpose in (
            "categorization",
            "insights",
            "personalization",
            "recommendations",
            "life_changes",
            "aggregate_statistics",
        )
    ),
    step("consent.explain", {"purpose": "insights", "data": "pd:Transaction"}),
    step("import", {}),
    step("import", {"path": "${missing}"}, cli=["import", "${missing}"]),
    step(
        "import",
        {"path": "${bank}", "currency": "GBP", "account": "MAIN"},
        cli=["import", "${bank}", "--currency", "GBP", "--account", "MAIN"],
    ),
    step("import", {"path": "${bank}", "currency": "GBP", "account": "MAIN"}),
    step("accounts", cli=["accounts"]),
    step(
        "transactions",
        {"limit": 3, "since": "2026-06-01"},
        keep={"row": "transactions.0.id"},
        cli=["transactions", "--limit", "3", "--since", "2026-06-01"],
    ),
    step(
        "categorize", {"texts": ["TESCO STORES 3297 LEEDS", "NETFLIX.COM", "zq zq"]},
        cli=["categorize", "TESCO STORES 3297 LEEDS", "NETFLIX.COM", "zq zq"],
    ),
    step("categories", cli=["categories"]),
    step("correct", {"transaction_id": "${row}", "category": "dining.coffee"}),
    step("correct", {"transaction_id": "${row}", "category": "dining.nectar"}),
    step("correct", {"transaction_id": 999999, "category": "food.groceries"}),
    step("uncorrect", {"transaction_id": "${row}"}),
    step("spending", {"months": 2}, cli=["spending", "--months", "2"]),
    step("spending", {"months": 1, "by": "leaf"}, cli=["spending", "--months", "1", "--by", "leaf"]),
    step("streams", cli=["streams"]),
    step("insights", cli=["insights"]),
    step("moments", cli=["moments"]),
    step("forecast", {"weeks": 4}, cli=["forecast", "--weeks", "4"]),
    step("forecast.coverage", cli=["forecast", "--coverage"]),
    step("life"),
    step("profile", cli=["profile"]),
    step("profile.set", {"name": "money_style", "value": "saver"}),
    step("profile.answer", {"name": "money_style", "answer": "perhaps"}),
    step("decide", keep={"decision": "id"}),
    step("decision", {"id": "${decision}"}),
    step("feed"),
    step("outcome", {"id": "${decision}", "verdict": "opened"}),
    step("outcome", {"id": "${decision}", "verdict": "acted", "value": {"minor": 1200, "currency": "GBP"}}),
    step("outcome", {"id": "${decision}", "verdict": "acted", "value": {"minor": 1, "currency": "??"}}),
    step("never", {"covers": "kind", "name": "loan"}),
    step("decisions", {"limit": 5}),
    step("reviews"),
    step("reviews.pending", cli=["review", "list"]),
    step("reviews.show", {"id": "0" * 32}),
    step("reviews.propose", ROUND_UP),
    step("consent.grant", {"purpose": "automatic_saving"}),
    step("reviews.propose", {**ROUND_UP, "kind": "mind_reading"}),
    step("reviews.propose", {**ROUND_UP, "terms": {"unit": 100}}),
    step("reviews.propose", ROUND_UP, keep={"review": "id"}),
    step("reviews.show", {"id": "${review}"}, keep={"digest": "digest"}),
    step("reviews.approve", {"id": "${review}", "seen": "0" * 64}),
    step("reviews.approve", {"id": "${review}", "seen": "${digest}"}),
    step("loans.assess", LOAN),
    step("consent.grant", {"purpose": "credit_prescreening"}),
    step("loans.assess", LOAN),
    step("loans.assess", {**LOAN, "months": 0}),
    step("loans.propose", {**LOAN, **ASKED}),
    step("consent.grant", {"purpose": "adviser_review"}),
    step("loans.propose", {**LOAN, **ASKED}),
    step("reviews.pending", cli=["review", "list"]),
    step("reviews.rates"),
    step("workflows"),
    step("signals", cli=["signals", "list"]),
    step("signals.preview"),
    step("signals.sent"),
    step("disclosures"),
    step("signals.budget"),
    step("sync"),
    step("consent.receipt", {"purpose": "insights"}),
    step("consent.history"),
    step("export", {"path": "${export}"}),
    step("models", cli=["models", "list"]),
    step("doctor"),
    step("suspend"),
    step("streams"),
    step("resume", {"passphrase": "wrong"}),
    step("resume", {"passphrase": PASSPHRASE}),
    step("consent.withdraw", {"purpose": "insights"}),
    step("streams", cli=["streams"]),
    step("moments", cli=["moments"]),
    step("transactions", {"limit": 1}, cli=["transactions", "--limit", "1"]),
    step("close"),
    step("accounts"),
    step("open", {**OPEN, "passphrase": "wrong"}),
    step("open", {"path": "${second}", "ports": ["key"], "clock": CLOCK, "seed": SEED}),
    step("consent.state"),
    step("close"),
    step("open", {"path": "${second}", "ports": ["key"], "clock": CLOCK, "seed": SEED, "create": False}),
    step("accounts"),
    step("erase"),
    step("accounts"),
    step("open", {"clock": CLOCK, "seed": SEED}),
    step("transactions"),
    step("close"),
]  # fmt: skip


def run(folder: Path) -> list[Json]:
    """Return what one sidecar answers to every step."""
    import base64  # noqa: PLC0415 - here alone

    known = places(folder)
    answers: list[Json] = []
    with Sidecar({name: base64.b64decode(text) for name, text in HOST.items()}) as engine:
        for asked in STEPS:
            try:
                found = plain(engine.call(asked["method"], filled(asked["params"], known)))
            except Refused as error:
                answers.append({"error": {"code": error.code, "message": error.message}})
                continue
            for name, path in asked.get("keep", {}).items():
                known[name] = at(found, path)
            answers.append({"result": found})
    return answers


def common(one: Json, two: Json) -> Json:
    """Return what both answers have; ``"*"`` where they differ."""
    if isinstance(one, dict) and isinstance(two, dict) and one.keys() == two.keys():
        return {name: common(one[name], two[name]) for name in one}
    if isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        return [common(first, second) for first, second in zip(one, two, strict=True)]
    return one if one == two and type(one) is type(two) else ANYTHING


def main() -> None:
    """Write the file."""
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        answers = common(run(Path(first)), run(Path(second)))
    steps = [{**asked, **answer} for asked, answer in zip(STEPS, answers, strict=True)]
    for made in steps:
        if made["method"] == "import" and "result" in made:
            made["result"]["seconds"] = ANYTHING  # two runs may happen to take the same time
        if made["method"] == "hello" and "result" in made:
            made["result"]["version"] = ANYTHING
            made["result"]["methods"] = made["result"]["features"] = ANYTHING
    told = {"schema": 1, "about": ABOUT, "host": HOST, "steps": steps}
    FILE.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
