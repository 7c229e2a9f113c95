"""Category: what money was spent on or earned from, as a leaf of the taxonomy that ships as a policy file."""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Final

from edge_engine.errors import InputError, PolicyError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ABSTAIN: Final = 0
"""Leaf code of a transaction that nothing has categorized."""

FILE: Final = "taxonomy.toml"

_ID: Final = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)?", re.ASCII)
_MCC: Final = re.compile(r"(\d{4})(?:-(\d{4}))?", re.ASCII)
_COICOP: Final = frozenset(f"{division:02d}" for division in range(1, 16))
_GROUP_FIELDS: Final = frozenset(("id", "code", "labels"))
_LEAF_FIELDS: Final = frozenset(("id", "code", "sensitive", "labels", "mcc", "coicop", "plaid"))


@dataclass(frozen=True, slots=True)
class Group:
    """A family of leaves, such as ``food``.

    Attributes:
        id: Stable identifier.
        code: Stable number; a leaf's code is its group's times 100 plus its own.
        labels: Words for people by language code.
    """

    id: str
    code: int
    labels: Mapping[str, str]

    def label(self, lang: str = "en") -> str:
        """Return the words for people in ``lang``, in English where that language is missing."""
        return _label(self.labels, lang)


@dataclass(frozen=True, slots=True)
class Leaf:
    """The finest category, such as ``food.groceries``.

    Attributes:
        id: Stable identifier, the group's id before the point.
        code: Stable number, as the vault stores it.
        group: Identifier of its group.
        sensitive: True where the leaf tells of health, gambling, religion, politics, charity or alcohol: it
            never feeds an offer and is never synced.
        labels: Words for people by language code.
        mcc: ISO 18245 merchant category codes as inclusive ranges.
        coicop: Division of COICOP 2018, empty where spending of this kind is not consumption.
        plaid: Detailed names of Plaid's personal finance categories.
    """

    id: str
    code: int
    group: str
    sensitive: bool
    labels: Mapping[str, str]
    mcc: tuple[tuple[int, int], ...] = ()
    coicop: str = ""
    plaid: tuple[str, ...] = ()

    def label(self, lang: str = "en") -> str:
        """Return the words for people in ``lang``, in English where that language is missing."""
        return _label(self.labels, lang)


class Taxonomy:
    """All groups and leaves, in the order of the file, with the look-ups that feeds and models need.

    Args:
        version: Version of the file.
        groups: Every group.
        leaves: Every leaf.

    Raises:
        PolicyError: Two entries share an identifier, a code, an MCC or a Plaid name, or a leaf has no group.
    """

    def __init__(self, version: str, groups: tuple[Group, ...], leaves: tuple[Leaf, ...]) -> None:
        self.version = version
        self.groups = groups
        self.leaves = leaves
        self.by_code: dict[int, Leaf] = {leaf.code: leaf for leaf in leaves}
        self._by_id = {leaf.id: leaf for leaf in leaves}
        self._groups = {group.id: group for group in groups}
        self._by_mcc: dict[int, Leaf] = {}
        self._by_plaid: dict[str, Leaf] = {}
        if len(self.by_code) < len(leaves) or len(self._by_id) < len(leaves):
            raise PolicyError("two leaves share an id or a code", file=FILE)
        if len(self._groups) < len(groups) or len({group.code for group in groups}) < len(groups):
            raise PolicyError("two groups share an id or a code", file=FILE)
        for leaf in leaves:
            self._index(leaf)

    def _index(self, leaf: Leaf) -> None:
        group = self._groups.get(leaf.group)
        if group is None or leaf.code // 100 != group.code:
            raise PolicyError(f"leaf {leaf.id} does not belong to a group by both id and code", file=FILE)
        for first, last in leaf.mcc:
            for mcc in range(first, last + 1):
                if self._by_mcc.setdefault(mcc, leaf) is not leaf:
                    raise PolicyError(f"merchant category code {mcc:04d} belongs to two leaves", file=FILE)
        for name in leaf.plaid:
            if self._by_plaid.setdefault(name, leaf) is not leaf:
                raise PolicyError(f"Plaid category {name} belongs to two leaves", file=FILE)

    @classmethod
    def default(cls) -> Taxonomy:
        """Return the taxonomy that ships with the engine; read once a process."""
        return _default()

    @classmethod
    def load(cls, path: Path) -> Taxonomy:
        """Read a taxonomy file.

        Raises:
            PolicyError: The file cannot be read or is not a taxonomy.
        """
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise PolicyError("the taxonomy file cannot be read", file=path.name) from None
        return cls.parse(text)

    @classmethod
    def parse(cls, text: str) -> Taxonomy:
        """Read a taxonomy from the text of its file.

        Raises:
            PolicyError: The text is not a taxonomy; the sentence names the entry.
        """
        try:
            document = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise PolicyError(f"the file is not TOML: {error}", file=FILE) from None
        if document.get("schema") != 1:
            raise PolicyError("only schema 1 is known", file=FILE)
        groups, leaves = document.get("group"), document.get("leaf")
        if not isinstance(groups, list) or not isinstance(leaves, list):
            raise PolicyError("a taxonomy needs [[group]] and [[leaf]] entries", file=FILE)
        return cls(str(document.get("version", "")), tuple(map(_group, groups)), tuple(map(_leaf, leaves)))

    def leaf(self, key: str | int) -> Leaf:
        """Return the leaf with this id or code.

        Raises:
            InputError: There is no such leaf.
        """
        try:
            found = self._by_id.get(key) if isinstance(key, str) else self.by_code.get(key)
        except TypeError:  # no text and no number
            found = None
        if found is None:
            raise InputError("there is no such category; `categories` lists them")
        return found

    def group(self, key: str) -> Group:
        """Return the group with this id.

        Raises:
            InputError: There is no such group.
        """
        found = self._groups.get(key)
        if found is None:
            raise InputError("there is no such group of categories")
        return found

    def mcc_prior(self, mcc: int) -> Leaf | None:
        """Return the leaf that a merchant category code speaks for, or None where it is unassigned."""
        return self._by_mcc.get(mcc)

    def from_plaid(self, name: str) -> Leaf | None:
        """Return the leaf of a detailed Plaid category, with or without the feed's ``plaid:`` before it."""
        return self._by_plaid.get(name.removeprefix("plaid:"))


@functools.cache
def _default() -> Taxonomy:
    return Taxonomy.parse((resources.files("edge_engine_policies") / FILE).read_text(encoding="utf-8"))


def _label(labels: Mapping[str, str], lang: str) -> str:
    return labels.get(lang) or labels.get(lang.partition("-")[0]) or labels["en"]


def _fields(
    entry: object, kind: str, allowed: frozenset[str]
) -> tuple[dict[str, object], str, int, dict[str, str]]:
    """Check what groups and leaves share and return the entry with its id, code and labels."""
    if not isinstance(entry, dict):
        raise PolicyError(f"a {kind} is a table", file=FILE)
    key, code, labels = entry.get("id"), entry.get("code"), entry.get("labels")
    if not isinstance(key, str) or not _ID.fullmatch(key):
        raise PolicyError(f"a {kind} needs an id of lower-case letters", file=FILE)
    unknown = sorted(entry.keys() - allowed)
    if unknown:
        raise PolicyError(f"{kind} {key} has an unknown field: {unknown[0]}", file=FILE)
    if not isinstance(code, int) or isinstance(code, bool) or not 0 < code < 100_000:
        raise PolicyError(f"{kind} {key} needs a code from 1 to 99999", file=FILE)
    if (
        not isinstance(labels, dict)
        or "en" not in labels
        or not all(isinstance(words, str) and words for words in labels.values())
    ):
        raise PolicyError(f"{kind} {key} needs words for people, in English at least", file=FILE)
    return entry, key, code, labels


def _group(entry: object) -> Group:
    _, key, code, labels = _fields(entry, "group", _GROUP_FIELDS)
    return Group(key, code, labels)


def _leaf(entry: object) -> Leaf:
    fields, key, code, labels = _fields(entry, "leaf", _LEAF_FIELDS)
    sensitive, coicop = fields.get("sensitive"), fields.get("coicop", "")
    if not isinstance(sensitive, bool):
        raise PolicyError(f"leaf {key} must say whether it is sensitive", file=FILE)
    if not isinstance(coicop, str) or (coicop and coicop not in _COICOP):
        raise PolicyError(f"leaf {key} names a COICOP division that does not exist", file=FILE)
    return Leaf(
        id=key,
        code=code,
        group=key.partition(".")[0],
        sensitive=sensitive,
        labels=labels,
        mcc=tuple(_range(key, text) for text in _texts(key, fields, "mcc")),
        coicop=coicop,
        plaid=_texts(key, fields, "plaid"),
    )


def _texts(key: str, fields: dict[str, object], name: str) -> tuple[str, ...]:
    values = fields.get(name, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise PolicyError(f"leaf {key}: {name} is a list of texts", file=FILE)
    return tuple(values)


def _range(key: str, text: str) -> tuple[int, int]:
    match = _MCC.fullmatch(text)
    if match is None:
        raise PolicyError(
            f"leaf {key}: a merchant category code is four digits, or two of them joined by -", file=FILE
        )
    first, last = int(match[1]), int(match[2] or match[1])
    if first > last:
        raise PolicyError(f"leaf {key}: a range of merchant category codes runs backwards", file=FILE)
    return first, last
