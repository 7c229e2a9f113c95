"""The engine's version: a constant, as asking the installation for it costs more than an answer may take."""

from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Final

VERSION: Final = "0.1.0"
"""As in ``pyproject.toml``, which a test holds it to."""
