"""The consent policy: purposes, rules and data categories, read from files and checked line by line."""

from __future__ import annotations

import hashlib
import re
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeVar

import msgspec

from edge_engine.consent.purpose import DeliveryChannel, Gate, Recipient
from edge_engine.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Iterable

SCHEMA: Final = 1
ANY: Final = "*"
RIGHT_OF_ACCESS: Final = "right_of_access"
MAX_FILE_BYTES: Final = 1 << 20

_IDENTIFIER: Final = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_RULE_IDENTIFIER: Final = re.compile(r"[a-z][a-z0-9-]{0,63}", re.ASCII)
_TERM: Final = re.compile(r"[a-z][a-z0-9-]*:[A-Za-z][A-Za-z0-9]*", re.ASCII)
_COLUMN: Final = re.compile(r"[a-z_]+\.[a-z_]*", re.ASCII)
_PATH: Final = re.compile(r"\$\.(\w+)\[(\d+)\](?:\.(\w+))?")

PURPOSES: Final = "purposes.toml"
DATA: Final = "data.toml"


class Purpose(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that the person may allow.

    Attributes:
        id: Identifier in snake case.
        title: A few words for people.
        dpv: W3C DPV terms of the purpose.
        why: What is done and why, one sentence.
        gained: What the person has from it.
        lost: What happens on withdrawal.
        expires_days: Days until a consent ends by itself.
        basis: ``consent``, or ``right_of_access`` for the person's own access, which cannot be switched off.
    """

    id: str
    title: str
    dpv: tuple[str, ...]
    why: str
    gained: str
    lost: str
    expires_days: int = 365
    basis: Literal["consent", "right_of_access"] = "consent"


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One allowance or prohibition: purpose x data x recipient x channel at some gates.

    Attributes:
        id: Identifier in kebab case; explanations name it.
        purpose: A purpose's id; ``*`` for all, in prohibitions alone.
        effect: Deny wins over allow.
        gates: Where it holds.
        data: Data categories.
        recipients: Who may see it; ``*`` for all, in prohibitions alone.
        channels: Where it may be delivered; empty where it is not about delivery.
    """

    id: str
    purpose: str
    effect: Literal["allow", "deny"]
    gates: tuple[Gate, ...]
    data: tuple[str, ...]
    recipients: tuple[str, ...]
    channels: tuple[DeliveryChannel, ...] = ()

    def covers(
        self, purpose: str, gate: Gate, data: str, recipient: Recipient, channel: DeliveryChannel | None
    ) -> bool:
        """Tell whether this rule speaks of such a use.

        A prohibition without channels speaks of all; an allowance without channels of none but undelivered use.
        """
        if self.channels:
            channel_fits = channel in self.channels or (channel is None and gate is not Gate.DELIVER)
        else:
            channel_fits = self.effect == "deny" or channel is None
        return (
            self.purpose in (purpose, ANY)
            and gate in self.gates
            and data in self.data
            and (recipient in self.recipients or ANY in self.recipients)
            and channel_fits
        )


class DataCategory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of data and the store's columns that hold it, as ``table.column``; ``table.`` counts rows."""

    id: str
    title: str
    columns: tuple[str, ...]


class _Purposes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: int
    version: str
    purpose: tuple[Purpose, ...]
    rule: tuple[Rule, ...]


class _Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: int
    data: tuple[DataCategory, ...]


_T = TypeVar("_T", _Purposes, _Data)


class Policy(msgspec.Struct, frozen=True):
    """Everything that consent is decided by.

    Attributes:
        version: The policy's own version.
        purposes: By identifier, in the order of the file.
        rules: In the order of the file.
        data: Data categories by identifier.
    """

    version: str
    purposes: dict[str, Purpose]
    rules: tuple[Rule, ...]
    data: dict[str, DataCategory]

    @classmethod
    def default(cls) -> Policy:
        """Return the policy that the engine ships."""
        return _default()

    @classmethod
    def load(cls, folder: str | Path) -> Policy:
        """Read ``purposes.toml`` and ``data.toml`` of a folder.

        A file that is absent is the engine's own: an officer may change purposes and keep the data categories.

        Raises:
            PolicyError: A file cannot be read or is not valid; the message names the file and the line.
        """
        place = Path(folder)
        if not place.is_dir():
            raise PolicyError("a policy is a folder with purposes.toml in it")
        texts = []
        for name in (PURPOSES, DATA):
            file = place / name
            texts.append(_read(file) if file.exists() else _packaged(name))
        return cls.parse(*texts)

    @classmethod
    def parse(cls, purposes: str, data: str) -> Policy:
        """Read a policy from the texts of its two files.

        Raises:
            PolicyError: A text is not valid.
        """
        categories = _decode(data, _Data, DATA)
        main = _decode(purposes, _Purposes, PURPOSES)
        _check_data(categories, _Places(data, DATA))
        _check_purposes(main, {one.id for one in categories.data}, _Places(purposes, PURPOSES))
        return cls(
            main.version,
            {one.id: one for one in main.purpose},
            main.rule,
            {one.id: one for one in categories.data},
        )

    def columns(self, data: Iterable[str]) -> frozenset[tuple[str, str]]:
        """Return the (table, column) pairs of some data categories; the column ``""`` counts rows."""
        pairs = set()
        for term in data:
            for column in self.data[term].columns:
                table, _, name = column.partition(".")
                pairs.add((table, name))
        return frozenset(pairs)

    def allowing(self, purpose: str) -> tuple[Rule, ...]:
        """Return the rules that allow something for a purpose."""
        return tuple(rule for rule in self.rules if rule.effect == "allow" and rule.purpose == purpose)

    def pin(self, purpose: str) -> list[str]:
        """Return what the allowing rules of a purpose cover now, one line a combination, sorted.

        A consent keeps these lines: what a later policy adds to them was never agreed to.
        """
        return sorted(
            pinned(gate, data, recipient, channel)
            for rule in self.allowing(purpose)
            for gate in rule.gates
            for data in rule.data
            for recipient in rule.recipients
            for channel in (None, *rule.channels)
        )


def pinned(gate: str, data: str, recipient: str, channel: str | None) -> str:
    """Return the line by which a consent remembers one combination."""
    return f"{gate} {data} {recipient} {channel or '-'}"


def digest(lines: Iterable[str]) -> bytes:
    """Return SHA-256 of some lines."""
    return hashlib.sha256("\n".join(lines).encode()).digest()


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


class _Places:
    """Finds the line of a table or key, so that every complaint can point at it."""

    def __init__(self, text: str, file: str) -> None:
        self._lines = text.splitlines()
        self._file = file

    def line(self, table: str, index: int, key: str | None = None) -> int:
        """Return the line, from 1, of the ``index``-th ``[[table]]`` or of a key within it; 0 if not found."""
        header = re.compile(rf"\s*\[\[\s*{re.escape(table)}\s*\]\]")
        seen = -1
        for number, line in enumerate(self._lines, 1):
            if header.match(line):
                seen += 1
                if seen == index:
                    return self._key(number, key) if key else number
        return 0

    def _key(self, header: int, key: str) -> int:
        for number, line in enumerate(self._lines[header:], header + 1):
            if line.lstrip().startswith("["):
                break
            if re.match(rf"\s*{re.escape(key)}\s*=", line):
                return number
        return header

    def top(self, key: str) -> int:
        """Return the line of a key before any table; 1 if not found."""
        for number, line in enumerate(self._lines, 1):
            if re.match(rf"\s*{re.escape(key)}\s*=", line):
                return number
        return 1

    def complain(self, message: str, table: str, index: int, key: str | None = None) -> PolicyError:
        """Return an error that points at a table or at one of its keys."""
        return PolicyError(message, file=self._file, line=self.line(table, index, key))


def _decode(text: str, kind: type[_T], file: str) -> _T:
    places = _Places(text, file)
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else max(1, text.count("\n"))
        raise PolicyError("this is not TOML", file=file, line=line) from None
    if raw.get("schema") != SCHEMA:
        raise PolicyError(f"schema must be {SCHEMA}", file=file, line=places.top("schema"))
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        message = str(error).split(" - at ")[0].replace("Object", "the table")
        found = _PATH.search(str(error))
        if found is None:
            raise PolicyError(message, file=file, line=1) from None
        named = found[3] or next(iter(re.findall(r"unknown field `(\w+)`", message)), None)
        raise places.complain(message, found[1], int(found[2]), named) from None


def _check_data(categories: _Data, places: _Places) -> None:
    terms: set[str] = set()
    columns: set[str] = set()
    for index, one in enumerate(categories.data):
        if not _TERM.fullmatch(one.id):
            raise places.complain(
                "a data category is named by a DPV term, as in pd:Transaction", "data", index, "id"
            )
        if one.id in terms:
            raise places.complain(f"data category {one.id} is there twice", "data", index, "id")
        terms.add(one.id)
        for column in one.columns:
            if not _COLUMN.fullmatch(column):
                raise places.complain("a column is written as table.column", "data", index, "columns")
            if column in columns:
                raise places.complain(f"column {column} is in two categories", "data", index, "columns")
            columns.add(column)


def _check_purposes(main: _Purposes, terms: set[str], places: _Places) -> None:
    purposes: dict[str, Purpose] = {}
    for index, one in enumerate(main.purpose):
        if not _IDENTIFIER.fullmatch(one.id):
            raise places.complain("a purpose's id is in snake_case", "purpose", index, "id")
        if one.id in purposes:
            raise places.complain(f"purpose {one.id} is there twice", "purpose", index, "id")
        if not one.dpv or not all(_TERM.fullmatch(term) for term in one.dpv):
            raise places.complain(
                "dpv names at least one term, as in dpv:DirectMarketing", "purpose", index, "dpv"
            )
        if not 1 <= one.expires_days <= 3650:
            raise places.complain("expires_days is 1 to 3650", "purpose", index, "expires_days")
        purposes[one.id] = one
    seen: set[str] = set()
    for index, rule in enumerate(main.rule):
        _check_rule(rule, index, purposes, terms, places)
        if rule.id in seen:
            raise places.complain(f"rule {rule.id} is there twice", "rule", index, "id")
        seen.add(rule.id)


def _check_rule(
    rule: Rule, index: int, purposes: dict[str, Purpose], terms: set[str], places: _Places
) -> None:
    if not _RULE_IDENTIFIER.fullmatch(rule.id):
        raise places.complain("a rule's id is in kebab-case", "rule", index, "id")
    if rule.effect == "allow" and ANY in (rule.purpose, *rule.recipients):
        raise places.complain("only a prohibition may say *", "rule", index, "purpose")
    if rule.purpose != ANY and rule.purpose not in purposes:
        raise places.complain(f"there is no purpose {rule.purpose}", "rule", index, "purpose")
    for key, values in (("gates", rule.gates), ("data", rule.data), ("recipients", rule.recipients)):
        if not values:
            raise places.complain(f"{key} names at least one", "rule", index, key)
    for term in rule.data:
        if term not in terms:
            raise places.complain(f"there is no data category {term}", "rule", index, "data")
    for recipient in rule.recipients:
        if recipient != ANY and recipient not in set(Recipient):
            raise places.complain(f"there is no recipient {recipient}", "rule", index, "recipients")
    if rule.effect == "allow" and purposes[rule.purpose].basis == RIGHT_OF_ACCESS:
        # INVARIANT: the right of access shows the person their own data and serves nothing else.
        if set(rule.gates) != {Gate.READ}:
            raise places.complain("the right of access opens the read gate alone", "rule", index, "gates")
        if set(rule.recipients) != {Recipient.PERSON}:
            raise places.complain(
                "the right of access shows data to the person alone", "rule", index, "recipients"
            )
