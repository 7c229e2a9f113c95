"""The consent policy: purposes, rules and data categories, read from two TOML files and checked line by line."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine.consent.policy_checks import check_data, check_purposes
from edge_engine.consent.purpose import ANY, Controller, DataCategory, Effect, Purpose, Rule, column_pairs
from edge_engine.consent.toml_file import decode, packaged, read_text
from edge_engine.consent.toml_lines import Places
from edge_engine.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Iterable

PURPOSES: Final = "purposes.toml"
DATA: Final = "data.toml"


class PurposesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of ``purposes.toml``."""

    schema: int
    version: str
    issued: date
    controller: Controller
    purpose: tuple[Purpose, ...]
    rule: tuple[Rule, ...]


class DataFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of ``data.toml``."""

    schema: int
    data: tuple[DataCategory, ...]


class Policy(msgspec.Struct, frozen=True):
    """Everything that consent is decided by, the person's own word aside.

    Attributes:
        version: The policy's own version.
        issued: Day it was issued.
        controller: Who answers for the processing.
        purposes: By identifier, in the order of the file.
        rules: In the order of the file.
        data: Data categories by identifier.
        digest: SHA-256 of both files, hexadecimal.
    """

    version: str
    issued: date
    controller: Controller
    purposes: dict[str, Purpose]
    rules: tuple[Rule, ...]
    data: dict[str, DataCategory]
    digest: str

    @classmethod
    def default(cls) -> Policy:
        """Return the policy that ships with the engine; read once a process."""
        return _default()

    @classmethod
    def load(cls, folder: str | Path) -> Policy:
        """Read ``purposes.toml`` and ``data.toml`` of a folder.

        A file that is not there is the engine's own: an app may word its purposes and keep the data categories.

        Raises:
            PolicyError: A file cannot be read or is not valid; the sentence names the file and the line.
        """
        place = Path(folder)
        if not any((place / name).is_file() for name in (PURPOSES, DATA)):
            raise PolicyError(f"a policy is a folder with {PURPOSES} in it")
        return cls.parse(
            *(
                read_text(place / name) if (place / name).exists() else packaged(name)
                for name in (PURPOSES, DATA)
            )
        )

    @classmethod
    def parse(cls, purposes: str, data: str) -> Policy:
        """Read a policy from the texts of its two files.

        Raises:
            PolicyError: A text is not valid; the sentence names the file and the line.
        """
        categories = decode(data, DataFile, DATA)
        check_data(categories.data, Places(data, DATA))
        by_id = {one.id: one for one in categories.data}
        main = decode(purposes, PurposesFile, PURPOSES)
        check_purposes(main.controller, main.purpose, main.rule, by_id, Places(purposes, PURPOSES))
        digest = hashlib.sha256(purposes.encode() + b"\0" + data.encode()).hexdigest()
        named = {one.id: one for one in main.purpose}
        return cls(main.version, main.issued, main.controller, named, main.rule, by_id, digest)

    def columns(self, data: Iterable[str]) -> frozenset[tuple[str, str]]:
        """Return the (table, column) pairs of some data categories; the column ``""`` counts a table's rows."""
        return column_pairs(self.data[term].columns for term in data)

    def speaking_of(self, purpose: str) -> tuple[Rule, ...]:
        """Return every rule, allowing or denying, that speaks of a purpose."""
        return tuple(rule for rule in self.rules if rule.purpose in (purpose, ANY))

    def allowed_data(self, purpose: str) -> frozenset[str]:
        """Return the data categories that the allowances of a purpose name."""
        return frozenset(
            term
            for rule in self.rules
            if rule.effect is Effect.ALLOW and rule.purpose == purpose
            for term in rule.data
        )


@cache
def _default() -> Policy:
    return Policy.parse(packaged(PURPOSES), packaged(DATA))
