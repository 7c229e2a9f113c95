"""One visit to one page: what was asked, the engine to ask, and what can be answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from edge_engine import operations
from edge_engine.errors import EdgeError, GrantExpired, InputError, PurposeDenied

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import msgspec

    from edge_engine.center.desk import Desk
    from edge_engine.center.importing import GivenFile
    from edge_engine.center.sessions import Session

_ASKED: Final = frozenset(("not-granted", "withdrawn", "expired", "new-since-consent"))
"""Rules that the person's own word decides."""


@dataclass(frozen=True, slots=True)
class Look:
    """What came of asking the engine for something to show.

    Attributes:
        value: The reply; None where it was refused.
        refused: Why not, a sentence; empty where it was not.
        code: The error's code.
        rule: The consent rule that denied it; empty where consent has no part in it.
        purpose: The purpose to switch on, where the person's word is what is missing.
        title: The purpose in words.
    """

    value: Any = None
    refused: str = ""
    code: str = ""
    rule: str = ""
    purpose: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page to show: a template and what it is filled with."""

    template: str
    values: dict[str, Any]
    status: int = 200


@dataclass(frozen=True, slots=True)
class Back:
    """Where the browser goes after a form.

    Attributes:
        to: Path of a page within the room, such as ``consent``, with what stands behind ``?`` or ``#`` as it is sent.
        query: More parameters of the address, as plain text.
        place: Identifier of the element to show; empty for the top.
    """

    to: str
    query: Mapping[str, str] = field(default_factory=dict)
    place: str = ""


@dataclass(frozen=True, slots=True)
class Download:
    """A file for the person."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Visit:
    """What a page gets.

    Attributes:
        desk: Holds the engine.
        session: Of the browser.
        query: Parameters of the address.
        form: Fields of the form; empty where none was sent.
        files: Files of the form.
    """

    desk: Desk
    session: Session
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    files: tuple[GivenFile, ...] = ()

    @property
    def today(self) -> date:
        """The day it is, as the consent ledger has it."""
        return self.desk.engine.consent.now().date()

    def ask(self, name: str, request: msgspec.Struct | None = None) -> Any:  # noqa: ANN401 - the operation's reply
        """Ask the engine.

        Raises:
            EdgeError: Whatever the operation raises.
        """
        return operations.call(self.desk.engine, name, request)

    def look(self, name: str, request: msgspec.Struct | None = None) -> Look:
        """Ask the engine for something to show; a refusal is something to show as well."""
        try:
            return Look(self.ask(name, request))
        except PurposeDenied as denied:
            mine = denied.rule in _ASKED
            return Look(
                refused=denied.message,
                code=denied.code,
                rule=denied.rule,
                purpose=denied.purpose if mine else "",
                title=self.title(denied.purpose) if mine else "",
            )
        except GrantExpired as error:
            return Look(refused=f"Consent ended while this was looked up: {error.message}.", code=error.code)
        except EdgeError as error:
            return Look(refused=sentence(error), code=error.code)

    def title(self, purpose: str) -> str:
        """Return a purpose in words."""
        known = self.desk.engine.consent.policy.purposes.get(purpose)
        return known.title if known else purpose

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """Return a whole number of the address, within its bounds; the default where it is none."""
        text = self.query.get(name, "")
        if not (text.isascii() and text.isdigit() and len(text) <= 9):
            return default
        return min(max(int(text), low), high)

    def word(self, name: str) -> str:
        """Return a field of the form.

        Raises:
            InputError: It is missing.
        """
        text = self.form.get(name, "").strip()
        if not text:
            raise InputError("the form is incomplete; load the page again and send it from there")
        return text


def sentence(error: EdgeError) -> str:
    """Return an error's message as a whole sentence."""
    return sentence_of(error.message)


def sentence_of(text: str) -> str:
    """Return a clause as a whole sentence."""
    ended = text if text.endswith((".", "!", "?")) else text + "."
    return ended[:1].upper() + ended[1:]
