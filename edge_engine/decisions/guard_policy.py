"""The numbers of the guards: ``guards.toml``, read and checked line by line."""

from __future__ import annotations

import hashlib
import re
from datetime import time
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from edge_engine.consent.purpose import DeliveryChannel
from edge_engine.consent.toml_file import decode, packaged, read_text
from edge_engine.consent.toml_lines import Places
from edge_engine.decisions.predicate import Predicate, mistake

FILE: Final = "guards.toml"
MAX_DAYS: Final = 365

_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)


class Stress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When somebody is in stress.

    Attributes:
        signs_needed: How many signs make it.
        lasts_days: Days that it lasts after enough signs held.
        shortfall_sure: Chance of falling below zero from which no credit is suggested, in stress or not.
    """

    signs_needed: int
    lasts_days: int
    shortfall_sure: float = 0.9  # a file from before this guard keeps it


class StressSign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sign; it holds where all of its conditions do."""

    id: str
    says: str
    where: tuple[Predicate, ...]


class Quiet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from"}):
    """Hours of the person's day in which some channels are silent: from ``start`` until before ``until``."""

    id: str
    channels: tuple[DeliveryChannel, ...]
    start: time
    until: time


class Cap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many suggestions some channels may carry together within some days."""

    id: str
    channels: tuple[DeliveryChannel, ...]
    at_most: int
    days: int


class Fatigue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who closed ``closed`` of the ``latest`` suggestions gets none for ``rest_days``."""

    closed: int
    latest: int
    rest_days: int


class Repetition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same suggestion about the same thing is made once within ``days``."""

    days: int


class GuardsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of ``guards.toml``."""

    schema: int
    version: str
    stress: Stress
    stress_sign: tuple[StressSign, ...]
    quiet: tuple[Quiet, ...]
    cap: tuple[Cap, ...]
    fatigue: Fatigue
    repetition: Repetition


class Guards(GuardsFile, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every guard of one file.

    Attributes:
        digest: SHA-256 of the file, hexadecimal.
    """

    digest: str

    @classmethod
    def default(cls) -> Guards:
        """Return the guards that ship with the engine; read once a process."""
        return _default()

    @classmethod
    def load(cls, folder: str | Path) -> Guards:
        """Read ``guards.toml`` of a folder.

        Raises:
            PolicyError: It cannot be read or is not valid; the sentence names the file and the line.
        """
        return cls.parse(read_text(Path(folder) / FILE))

    @classmethod
    def parse(cls, text: str) -> Guards:
        """Read guards from the text of their file.

        Raises:
            PolicyError: It is not valid; the sentence names the file and the line.
        """
        main = decode(text, GuardsFile, FILE)
        _check(main, Places(text, FILE))
        digest = hashlib.sha256(text.encode()).hexdigest()
        return cls(**msgspec.structs.asdict(main), digest=digest)


@cache
def _default() -> Guards:
    return Guards.parse(packaged(FILE))


def _check(guards: GuardsFile, places: Places) -> None:
    for table, key, number, low, high in (
        ("stress", "signs_needed", guards.stress.signs_needed, 1, max(1, len(guards.stress_sign))),
        ("stress", "lasts_days", guards.stress.lasts_days, 1, MAX_DAYS),
        ("fatigue", "latest", guards.fatigue.latest, 1, 100),
        ("fatigue", "closed", guards.fatigue.closed, 1, guards.fatigue.latest),
        ("fatigue", "rest_days", guards.fatigue.rest_days, 1, MAX_DAYS),
        ("repetition", "days", guards.repetition.days, 1, MAX_DAYS),
    ):
        if not low <= number <= high:
            raise places.complain(f"{key} is from {low} to {high}", table, 0, key)
    if not 0 < guards.stress.shortfall_sure <= 1:
        raise places.complain(
            "shortfall_sure is a chance, above 0 and up to 1", "stress", 0, "shortfall_sure"
        )
    _check_names("stress_sign", [one.id for one in guards.stress_sign], places)
    _check_names("quiet", [one.id for one in guards.quiet], places)
    _check_names("cap", [one.id for one in guards.cap], places)
    _check_channels("quiet", [one.channels for one in guards.quiet], places)
    _check_channels("cap", [one.channels for one in guards.cap], places)
    _check_signs(guards, places)
    _check_quiet(guards, places)
    _check_caps(guards, places)


def _check_signs(guards: GuardsFile, places: Places) -> None:
    if not guards.stress_sign:
        raise places.complain("stress needs signs", "stress", 0)
    for index, sign in enumerate(guards.stress_sign):
        if not sign.says.strip():
            raise places.complain("says needs words for people", "stress_sign", index, "says")
        wrong = mistake(sign.where) if sign.where else "a sign needs conditions"
        if wrong:
            raise places.complain(wrong, "stress_sign", index, "where")


def _check_quiet(guards: GuardsFile, places: Places) -> None:
    for index, quiet in enumerate(guards.quiet):
        if quiet.start == quiet.until:
            raise places.complain("quiet hours end at another time than they start", "quiet", index, "until")


def _check_caps(guards: GuardsFile, places: Places) -> None:
    for index, cap in enumerate(guards.cap):
        for key, number, low in (("at_most", cap.at_most, 0), ("days", cap.days, 1)):
            if not low <= number <= MAX_DAYS:
                raise places.complain(f"{key} is from {low} to {MAX_DAYS}", "cap", index, key)
    capped = {channel for cap in guards.cap for channel in cap.channels}
    missing = [channel for channel in DeliveryChannel if channel not in capped]
    if missing:
        # INVARIANT: there is no channel on which suggestions may come without end.
        raise places.complain(f"the channel {missing[0]} has no cap", "cap" if guards.cap else "fatigue", 0)


def _check_names(table: str, names: list[str], places: Places) -> None:
    for index, name in enumerate(names):
        wrong = _name_mistake(table, name, names[:index])
        if wrong:
            raise places.complain(wrong, table, index, "id")


def _check_channels(table: str, some: list[tuple[DeliveryChannel, ...]], places: Places) -> None:
    if () in some:
        raise places.complain("channels names at least one", table, some.index(()), "channels")


def _name_mistake(table: str, name: str, seen: list[str]) -> str:
    if not _ID.fullmatch(name):
        return f"the id of this {table} is not in snake_case"
    return f"{table} {name} is there twice" if name in seen else ""
