"""What must hold in every file of offers; each breach is told with its file and line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from edge_engine.consent.toml_lines import unknown
from edge_engine.decisions.offer import LEVELS, MOMENTS, OUTSIDE, PURPOSES, Family, Value
from edge_engine.decisions.predicate import mistake

if TYPE_CHECKING:
    from edge_engine.consent.toml_lines import Places
    from edge_engine.decisions.catalog import OffersFile
    from edge_engine.decisions.offer import Offer

MAX_REST_DAYS: Final = 365
MAX_A_YEAR: Final = 120

_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)


def check_offers(file: OffersFile, places: Places) -> None:
    """Check ``offers.toml``.

    Raises:
        PolicyError: A name is wrong, unknown or used twice, or an offer is what its kind may not be.
    """
    seen: set[str] = set()
    for index, offer in enumerate(file.offer):
        wrong = f"offer {offer.id} is there twice" if offer.id in seen else ""
        key = "id"
        if not wrong:
            key, wrong = _mistake(offer)
        if wrong:
            raise places.complain(wrong, "offer", index, key)
        seen.add(offer.id)
    if not any(one.family is Family.SUPPORT for one in file.offer):
        # INVARIANT: there is always something to route people in need to.
        raise places.complain("there is no offer of support to route people in need to", "offer", 0)


def _mistake(offer: Offer) -> tuple[str, str]:
    """Return the key that is wrong and what is, both empty where nothing is."""
    for key, wrong in (
        ("id", "" if _ID.fullmatch(offer.id) else "the id of this offer is not in snake_case"),
        ("level", _level(offer)),
        ("purpose", _purpose(offer)),
        ("title", _words("title", offer.title)),
        ("worth", _words("worth", offer.worth)),
        ("channels", _channels(offer)),
        ("contact", _contact(offer)),
        ("moments", _moments(offer)),
        ("where", mistake(offer.where)),
    ):
        if wrong:
            return key, wrong
    return "", ""


def _words(key: str, text: str) -> str:
    if not text.strip():
        return f"{key} needs words for people"
    # What is shown on a screen says what it says: no escapes of terminals, no turned direction, no second line.
    return (
        "" if text.replace("\u00a0", " ").isprintable() else f"{key} holds a character that cannot be printed"
    )


def _level(offer: Offer) -> str:
    least = LEVELS[offer.kind]
    if least <= offer.level <= 3:
        return ""
    return f"level is from {least} to 3 for {offer.kind}"


def _purpose(offer: Offer) -> str:
    allowed = PURPOSES[offer.family]
    return "" if offer.purpose in allowed else f"{offer.kind} rests on {' or '.join(sorted(allowed))}"


def _channels(offer: Offer) -> str:
    if not offer.channels or len(set(offer.channels)) < len(offer.channels):
        return "channels names at least one, each once"
    outside = OUTSIDE.intersection(offer.channels)
    if outside and offer.family in (Family.CREDIT, Family.INVEST):
        return "credit and investments are shown inside the app alone"
    return ""


def _contact(offer: Offer) -> str:
    if not 0 <= offer.contact.rest_days <= MAX_REST_DAYS:
        return f"rest_days is from 0 to {MAX_REST_DAYS}"
    return "" if 1 <= offer.contact.a_year <= MAX_A_YEAR else f"a_year is from 1 to {MAX_A_YEAR}"


def _moments(offer: Offer) -> str:
    strangers = [one for one in offer.moments if one not in MOMENTS]
    if strangers:
        return f"there is no moment {unknown(strangers[0], MOMENTS)}"
    if offer.value is Value.MOMENT and not offer.moments:
        return "a value that comes from the moment needs moments"
    return ""
