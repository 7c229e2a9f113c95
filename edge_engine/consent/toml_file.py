"""Reading a policy file: text within bounds, TOML, a typed shape; every complaint names its file and line."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from edge_engine.consent.toml_lines import Places
from edge_engine.errors import PolicyError

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA: Final = 1
MAX_FILE_BYTES: Final = 1 << 20
MAX_LINE: Final = 4_000

_T = TypeVar("_T")


def packaged(name: str) -> str:
    """Return the text of a policy file that ships with the engine."""
    return (resources.files("edge_engine_policies") / name).read_text("utf-8")


def read_text(file: Path) -> str:
    """Return the text of a policy file.

    Raises:
        PolicyError: It cannot be read, is too large, or is not UTF-8.
    """
    try:
        if file.stat().st_size > MAX_FILE_BYTES:
            raise PolicyError("the file is too large for a policy", file=file.name)
        return file.read_text("utf-8")
    except OSError:
        raise PolicyError("the file cannot be read", file=file.name) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise PolicyError("the file is not UTF-8", file=file.name, line=line) from None


def parsed(text: str, file: str) -> dict[str, Any]:
    """Return what a TOML file says.

    Raises:
        PolicyError: It is not TOML, has a line that nobody wrote, or nests more than anything of a policy does.
    """
    if text.startswith("\ufeff"):
        raise PolicyError("the file begins with a byte order mark; save it without", file=file, line=1)
    for number, line in enumerate(text.split("\n"), 1):
        # The parser takes a square of the time for a long dotted key.
        if len(line) > MAX_LINE:
            raise PolicyError(f"a line has at most {MAX_LINE:,} characters", file=file, line=number)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Places(text, file).not_toml(str(error)) from None
    except RecursionError:
        raise PolicyError("the file nests too deeply", file=file) from None


def decode(text: str, kind: type[_T], file: str) -> _T:
    """Return a policy file's text as its typed shape.

    Raises:
        PolicyError: It is not TOML, of another schema, or of another shape.
    """
    places = Places(text, file)
    raw = parsed(text, file)
    if raw.get("schema") != SCHEMA or isinstance(raw["schema"], bool):
        raise PolicyError(f"schema must be {SCHEMA}", file=file, line=places.key("schema"))
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        raise places.wrong_shape(str(error), kind) from None
