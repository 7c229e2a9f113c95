"""Policies that are bad on purpose: what a comparison and a report have to tell from the one that ships."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import edge_engine_policies

SHIPPED = Path(edge_engine_policies.__file__).parent
RULES = ("offers.toml", "guards.toml", "experiments.toml")


def copied(folder: Path) -> Path:
    """Return a folder with the shipped rules, to change."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in RULES:
        shutil.copy(SHIPPED / name, folder / name)
    return folder


def spammy(folder: Path) -> Path:
    """Return rules that say everything, everywhere, every day, to everybody."""
    copied(folder)
    offers = (folder / "offers.toml").read_text()
    offers = re.sub(r"contact = \{[^}]*\}", "contact = { rest_days = 1, a_year = 120 }", offers)
    offers = re.sub(r"^moments = \[[^\]]*\]\n", "", offers, flags=re.MULTILINE)
    offers = re.sub(r"^where = \[[^\]]*\]\n", "", offers, flags=re.MULTILINE)
    head, *blocks = offers.split("[[offer]]")
    offers = "[[offer]]".join([head, *map(_louder, blocks)])
    # What no moment calls for can say nothing of a value either.
    offers = offers.replace('value = "moment"', 'value = "none"')
    (folder / "offers.toml").write_text(offers)
    guards = (folder / "guards.toml").read_text()
    guards = re.sub(r"^at_most = \d+", "at_most = 100", guards, flags=re.MULTILINE)
    guards = re.sub(
        r"\[fatigue\]\nclosed = \d+\nlatest = \d+\nrest_days = \d+",
        "[fatigue]\nclosed = 100\nlatest = 100\nrest_days = 1",
        guards,
    )
    guards = re.sub(r"\[repetition\]\ndays = \d+", "[repetition]\ndays = 1", guards)
    (folder / "guards.toml").write_text(guards)
    return folder


def _louder(offer: str) -> str:
    """Let an offer interrupt; credit and investments never may, whatever a file says."""
    if 'purpose = "recommendations"' not in offer:
        return offer
    return re.sub(r"^channels = \[.*\]", 'channels = ["feed", "modal", "push"]', offer, flags=re.MULTILINE)
