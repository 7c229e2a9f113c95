"""Writes what ports need to weigh code, hint, channel, sign and size as the engine does: ``categorizer/evidence.json``.

    PYTHONPATH=models_onnx python -m training.weighing

``docs/models.md`` says how a port uses it. The file holds the tables, by the numbers of the model's columns, and
answers that any port must give. To be run after ``training.marks``, whose marks tell an answer from a guess, and
``training.sizes``, whose table lies beside it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from edge_engine.domain.category import Taxonomy
from edge_engine.domain.transaction import Channel
from edge_engine.inference import evidence
from edge_engine.inference.categorizer import MODEL, Categorizer, Source, sure_from
from edge_engine.inference.registry import Registry
from training import publication

if TYPE_CHECKING:
    from collections.abc import Iterable

FILE: Final = "evidence.json"
ROLE: Final = "evidence"

TEXTS: Final = (
    "TESCO STORES 3217 LONDON GB",
    "ACME LTD",
    "PAYMENT THANK YOU",
    "GEHALT MUELLER GMBH",
    "AMZN MKTP US*2K4",
    "すーぱーまーけっと",
    "Супермаркет Пятёрочка",
    "CAFÉ ☕ ŁÓDŹ",
    "",
    "XXXX XXXX XXXX 1234",
    "TTTTTTTTTTTTTTTTTTTTTTTT",
)
SIZED: Final = (
    (-90, "GBP", 0, "", ""),
    (-2_500, "EUR", 0, "", ""),
    (-140_000, "USD", 0, "", ""),
    (-140_000, "USD", 5912, "", ""),
    (-4_000, "JPY", 0, "", ""),
    (-4_000, "XXX", 0, "", ""),
    (-60_000, "ZAR", 0, "", Channel.TRANSFER),
    (250_000, "AUD", 0, "", ""),
    (40, "NZD", 0, "", ""),
    (250_000, "AUD", 0, "", Channel.SALARY),
)
"""Amount and its currency, merchant category code, hint and channel: sizes that are heard, and such that are not."""

WAYS: Final[tuple[tuple[int, int, str, str], ...]] = (
    (0, 0, "", ""),
    (-1, 0, "", ""),
    (1, 0, "", ""),
    (-1, 5912, "", ""),
    (-1, 5812, "", ""),
    (1, 5651, "", ""),
    (-1, 0, "plaid:TRAVEL_FLIGHTS", ""),
    (-1, 5411, "plaid:TRAVEL_FLIGHTS", ""),
    (-1, 0, "", Channel.TRANSFER),
    (-1, 0, "", Channel.DIRECT_DEBIT),
    (1, 0, "", Channel.SALARY),
    (-1, 0, "", Channel.FEE),
    (-1, 0, "", Channel.CASH),
    (1, 4814, "", Channel.INTEREST),
)
"""Sign, merchant category code, hint and channel: each alone, and some together."""


def tables(taxonomy: Taxonomy, codes: list[int]) -> dict[str, Any]:
    """Return the numbers that the weighing rests on; leaves by their column."""
    leaves = [taxonomy.leaf(code) for code in codes]
    column = {leaf.id: at for at, leaf in enumerate(leaves)}
    groups = [group.id for group in taxonomy.groups if any(leaf.group == group.id for leaf in leaves)]

    def moves(moved: dict[str, str], share: float) -> list[list[float]]:
        return [[column[source], column[target], share] for source, target in moved.items()]

    entry = Registry.default().entry(MODEL)
    return {
        "codes": codes,
        "group_of": [groups.index(leaf.group) for leaf in leaves],
        "mcc": sorted([first, last, column[leaf.id]] for leaf in leaves for first, last in leaf.mcc),
        "hint": {f"plaid:{name}": column[leaf.id] for leaf in leaves for name in leaf.plaid},
        "channel": {
            str(name): [column[out], column[into]] for name, (out, into) in evidence.CHANNELS.items()
        },
        "moved_by_bank": sorted(evidence.MOVED_BY_BANK),
        "between_people": sorted(evidence.BETWEEN_PEOPLE),
        "over_the_counter": [at for at, leaf in enumerate(leaves) if leaf.group in evidence.OVER_THE_COUNTER],
        "may_come_in": [
            at
            for at, leaf in enumerate(leaves)
            if leaf.group in evidence.INFLOW_GROUPS or leaf.id in evidence.INFLOW_LEAVES
        ],
        "vague": [at for at, leaf in enumerate(leaves) if leaf.id in evidence.VAGUE],
        "outflow_of": moves(evidence.OUTFLOW_OF, evidence.REVERSED),
        "inflow_of": moves(evidence.INFLOW_OF, 1.0),
        "person": column["transfers.person"],
        "refund": column["income.refund"],
        "other_income": column["income.other"],
        "numbers": {
            "floor": evidence.FLOOR,
            "leaf_weight": evidence.LEAF_WEIGHT,
            "vague_weight": evidence.VAGUE_WEIGHT,
            "channel_weight": evidence.CHANNEL_WEIGHT,
            "group_weight": evidence.GROUP_WEIGHT,
            "counter_share": evidence.COUNTER_SHARE,
            "person_weight": evidence.PERSON_WEIGHT,
            "refunds": evidence.REFUNDS,
            "known_shop": evidence.KNOWN_SHOP,
            "few_letters": evidence.FEW_LETTERS,
            "repeated": evidence.REPEATED,
            "abstain_below": entry.number("abstain_below"),
        },
        "sure_from": sure_from(entry, leaves).tolist(),
        "manifest_numbers": dict(sorted(entry.numbers.items())),
        "latin": [list(one) for one in evidence.LATIN],
        "unwritten": [list(one) for one in evidence.UNWRITTEN],
    }


def cases(model: Categorizer, texts: Iterable[str] = TEXTS) -> list[dict[str, Any]]:
    """Return what the engine answers to each text that came each way."""
    ways = (*((sign, "", *way) for sign, *way in WAYS), *SIZED)
    asked = [(text, *way) for text in texts for way in ways]
    words, amounts, currencies, mccs, hints, channels = (list(one) for one in zip(*asked, strict=True))
    found = model.predict(words, amounts, mccs, hints, channels, currencies)
    return [
        {
            "text": text,
            "sign": (amount > 0) - (amount < 0),
            "amount": amount,
            "currency": currency,
            "mcc": mcc,
            "hint": hint,
            "channel": str(channel),
            "leaf": leaf,
            "confidence": round(confidence, 7),
            "source": Source(source).name.lower(),
        }
        for (text, amount, currency, mcc, hint, channel), leaf, confidence, source in zip(
            asked, found.leaves.tolist(), found.confidences.tolist(), found.sources.tolist(), strict=True
        )
    ]


def content() -> bytes:
    """Return the file for the installed model."""
    codes = [int(label) for label in Registry.default().entry(MODEL).output("probabilities").labels]
    whole = {**tables(Taxonomy.default(), codes), "tolerance": 1e-5, "cases": cases(Categorizer.load())}
    lines = ",\n".join(f"{json.dumps(name)}: {_written(value)}" for name, value in whole.items())
    return f"{{\n{lines}\n}}\n".encode()


def _written(value: Any) -> str:  # noqa: ANN401 - any JSON
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(json.dumps(one, ensure_ascii=False) for one in value) + "\n]"
    return json.dumps(value)


if __name__ == "__main__":
    publication.revise(MODEL, files={ROLE: (FILE, content())})
