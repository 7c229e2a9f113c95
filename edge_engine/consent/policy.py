"""The consent policy: purposes, rules and data categories, read from two TOML files and checked line by line."""

from __future__ import annotations

import hashlib
import tomllib
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from edge_engine.consent.policy_checks import check_data, check_purposes
from edge_engine.consent.purpose import ANY, Controller, DataCategory, Effect, Purpose, Rule, column_pairs
from edge_engine.consent.toml_lines import Places
from edge_engine.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Iterable

SCHEMA: Final = 1
PURPOSES: Final = "purposes.toml"
DATA: Final = "data.toml"
MAX_FILE_BYTES: Final = 1 << 20


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


_T = TypeVar("_T", PurposesFile, DataFile)


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
                _read(place / name) if (place / name).exists() else _packaged(name)
                for name in (PURPOSES, DATA)
            )
        )

    @classmethod
    def parse(cls, purposes: str, data: str) -> Policy:
        """Read a policy from the texts of its two files.

        Raises:
            PolicyError: A text is not valid; the sentence names the file and the line.
        """
        categories = _decode(data, DataFile, DATA)
        check_data(categories.data, Places(data, DATA))
        by_id = {one.id: one for one in categories.data}
        main = _decode(purposes, PurposesFile, PURPOSES)
        check_purposes(main.controller, main.purpose, main.rule, by_id, Places(purposes, PURPOSES))
        digest = hashlib.sha256(purposes.encode() + b"\0" + data.encode()).hexdigest()
        named = {one.id: one for one in main.purpose}
        return cls(main.version, main.issued, main.controller, named, main.rule, by_id, digest)

    def columns(self, data: Iterable[str]) -> frozenset[tuple[str, str]]:
        """Return the (table, column) pairs of some data categories; the column ``""`` counts a table's rows."""
        return column_pairs(name for term in data for name in self.data[term].columns)

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
    return Policy.parse(_packaged(PURPOSES), _packaged(DATA))


def _packaged(name: str) -> str:
    return (resources.files("edge_engine_policies") / name).read_text("utf-8")


def _read(file: Path) -> str:
    try:
        if file.stat().st_size > MAX_FILE_BYTES:
            raise PolicyError("the file is too large for a policy", file=file.name)
        return file.read_text("utf-8")
    except OSError:
        raise PolicyError("the file cannot be read", file=file.name) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise PolicyError("the file is not UTF-8", file=file.name, line=line) from None


def _decode(text: str, kind: type[_T], file: str) -> _T:
    places = Places(text, file)
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise places.not_toml(str(error)) from None
    if raw.get("schema") != SCHEMA or isinstance(raw["schema"], bool):
        raise PolicyError(f"schema must be {SCHEMA}", file=file, line=places.key("schema"))
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        raise places.wrong_shape(str(error)) from None
