"""``edge_engine_names.h``: the words of the wire as C constants; ``python -m edge_engine.doors.generation.c_header``.

What it writes is committed, and a test holds it to the tables that it is made of.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge_engine import errors
from edge_engine.doors import names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HEADER: Final = Path(__file__).parents[1] / "c_abi" / "edge_engine_names.h"

INTERNAL: Final = "internal"
"""The code of an error that is nobody's fault but the engine's."""

_TOP: Final = """\
/* The words of the wire. Made from the engine's tables by edge_engine/doors/generation/c_header.py: change those. */
#ifndef EDGE_ENGINE_NAMES_H
#define EDGE_ENGINE_NAMES_H
"""
_END: Final = "\n#endif\n"


def text() -> str:
    """Return the whole header."""
    return "".join(
        (
            _TOP,
            *_block("What may be asked.", "EE_METHOD", names.METHODS),
            *_block("What an engine may lack: hello tells.", "EE_FEATURE", names.FEATURES),
            *_block("Codes of errors.", "EE_ERROR", error_codes()),
            _END,
        )
    )


def error_codes() -> list[str]:
    """Return the code of every error of the engine, in the order of the tree."""
    return [*dict.fromkeys(kind.code for kind in _tree(errors.EdgeError)), INTERNAL]


def _tree(kind: type[errors.EdgeError]) -> Iterator[type[errors.EdgeError]]:
    if kind.__module__ == errors.__name__:
        yield kind
        for child in kind.__subclasses__():
            yield from _tree(child)


def _block(title: str, prefix: str, words: Iterable[str]) -> Iterator[str]:
    yield f"\n/* {title} */\n"
    for word in words:
        yield f'#define {prefix}_{word.upper().replace(".", "_")} "{word}"\n'


if __name__ == "__main__":
    HEADER.write_text(text())
