"""Where in a TOML file something stands, so that every complaint about a policy names its line.

The parser of the standard library tells no positions; these are looked for only when there is a complaint.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from edge_engine.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Iterable

_MULTI_LINE: Final = re.compile(r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'', re.DOTALL)
_PATH: Final = re.compile(r"\$\.(\w+)(?:\[(\d+)\])?(?:\.(\w+))?")
_QUOTED: Final = re.compile(r"`([^`]*)`")
_TYPES: Final = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "date": "a date",
    "datetime": "a date with a time",
    "null": "nothing",
}

_FEW: Final = 8
"""So many words are listed; of more the nearest alone are named."""


def unknown(word: str, known: Iterable[str]) -> str:
    """Return a word that there is not with its mend: the nearest that there are, and all of them where they are few.

    Args:
        word: As it was written.
        known: Every word that could have been meant.
    """
    import difflib  # noqa: PLC0415 - only for complaints

    words = [str(one) for one in known]
    near = difflib.get_close_matches(word, words, n=3, cutoff=0.6)
    mend = f"; did you mean {' or '.join(near)}?" if near else ""
    if len(words) <= _FEW:
        return f"{word}{mend or ';'} there {'is' if len(words) == 1 else 'are'}: {', '.join(words)}"
    return f"{word}{mend}" if near else f"{word}; such as: {', '.join(words[:_FEW])}"


def choices(kind: type | None, path: str) -> list[str]:
    """Return what may stand at a place of a shape: a table's fields, or the words of a fixed list.

    Args:
        kind: The shape of the whole file; None where it is not known.
        path: As the converter writes it, such as ``$.rule[3].gates[0]``.
    """
    if kind is None:
        return []
    import msgspec.inspect as shapes  # noqa: PLC0415 - only for complaints

    here: Any = shapes.type_info(kind)
    for name, item in re.findall(r"\.(\w+)|(\[[^\]]*\])", path):
        here = _within(here)
        if item:
            here = getattr(here, "item_type", None) or getattr(here, "value_type", None)
        else:
            here = next((one.type for one in getattr(here, "fields", ()) if one.encode_name == name), None)
    here = _within(here)
    if isinstance(here, shapes.EnumType):
        return [str(one.value) for one in here.cls]
    return [one.encode_name for one in getattr(here, "fields", ())]


def _within(shape: Any) -> Any:  # noqa: ANN401 - a shape of the converter
    """Return what a shape is where it is not left out."""
    some = [one for one in getattr(shape, "types", ()) if type(one).__name__ != "NoneType"]
    return some[0] if some else shape


class Places:
    """The lines of one file.

    Args:
        text: The file.
        file: Its name.
    """

    def __init__(self, text: str, file: str) -> None:
        self._text = text
        self._file = file

    def complain(self, message: str, table: str, index: int, key: str = "") -> PolicyError:
        """Return an error that points at a table, or at one of its keys where it has that key."""
        return PolicyError(message, file=self._file, line=self._line(table, index, key))

    def complain_top(self, message: str, key: str) -> PolicyError:
        """Return an error that points at a key before every table."""
        return PolicyError(message, file=self._file, line=self.key(key))

    def naming(self, message: str) -> int:
        """Return the line of the entry whose id a complaint names, or of a text in it; 0 where there is none."""
        lines = self._lines()
        for word in re.findall(r"[\w.:-]*\w", message):
            for pattern in (rf'\s*id\s*=\s*"{re.escape(word)}"', rf'.*"{re.escape(word)}[-"]'):
                for number, line in enumerate(lines, 1):
                    if len(word) > 3 and re.match(pattern, line):
                        return number
        return 0

    def key(self, key: str) -> int:
        """Return the line, counted from 1, of a key that stands before every table; 1 where it is missing."""
        return self._find(self._lines(), 0, key) or 1

    def not_toml(self, complaint: str) -> PolicyError:
        """Return the error for a text that the TOML parser refused with ``complaint``."""
        found = re.search(r" \(at line (\d+), column \d+\)$", complaint)
        line = int(found[1]) if found else self._text.count("\n") + 1
        reason = re.sub(r" \(at .*\)$", "", complaint)
        return PolicyError(f"this is not TOML: {reason}", file=self._file, line=line)

    def wrong_shape(self, complaint: str, kind: type | None = None) -> PolicyError:
        """Return the error for a document whose shape the converter refused.

        Args:
            complaint: What the converter said.
            kind: The shape that was asked for, whose words and fields are the mend.
        """
        what, _, path = complaint.partition(" - at ")
        found = _PATH.search(path)
        quoted = _QUOTED.findall(what)
        table, index, key = (found[1], found[2], found[3]) if found else ("", None, None)
        if "unknown field" in what:
            fields = choices(kind, path.strip("`"))
            mend = unknown(quoted[0], fields) if fields else quoted[0]
            return self._at(f"there is no field {mend}", table, index, key or quoted[0])
        if "missing required field" in what:
            return self._at(f"the field {quoted[0]} is missing", table, index, key)
        named = key or table
        if "enum value" in what:
            word = what.partition("value ")[2]
            words = choices(kind, path.strip("`"))
            mend = unknown(word.strip("'"), words).removeprefix(word.strip("'")) if words else ""
            return self._at(f"{named} cannot be {word}{mend}", table, index, key)
        if len(quoted) == 2:
            wanted = " or ".join(_TYPES.get(part, part) for part in quoted[0].split(" | ") if part != "null")
            got = _TYPES.get(quoted[1], quoted[1])
            return self._at(f"{named} must be {wanted}, not {got}", table, index, key)
        return self._at(f"{named}: {what}", table, index, key)

    def _at(self, message: str, table: str, index: str | None, key: str | None) -> PolicyError:
        if index is not None:
            return self.complain(message, table, int(index), key or "")
        if key and (line := self._line(table, 0, key)):
            return PolicyError(message, file=self._file, line=line)
        line = self._line(table, 0, "") or self.key(key or table)
        return PolicyError(message, file=self._file, line=line)

    def _lines(self) -> list[str]:
        """Return the lines with what stands inside multi-line texts blanked."""
        return _MULTI_LINE.sub(lambda found: '""' + "\n" * found[0].count("\n"), self._text).split("\n")

    def _line(self, table: str, index: int, key: str) -> int:
        """Return the line of the ``index``-th ``[[table]]`` (or of ``[table]``) or of a key in it; 0 if missing."""
        lines = self._lines()
        header = re.compile(rf"\s*\[\[?\s*{re.escape(table)}\s*\]\]?")
        headers = [number for number, line in enumerate(lines, 1) if header.match(line)]
        if not table or index >= len(headers):
            return 0
        return (self._find(lines, headers[index], key) if key else 0) or headers[index]

    @staticmethod
    def _find(lines: list[str], after: int, key: str) -> int:
        pattern = re.compile(rf"\s*{re.escape(key)}\s*=")
        for number, line in enumerate(lines[after:], after + 1):
            if re.match(r"\s*\[\[?\s*\w+\s*\]\]?\s*(#.*)?$", line):
                return 0
            if pattern.match(line):
                return number
        return 0
