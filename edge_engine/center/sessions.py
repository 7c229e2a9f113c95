"""Who may look: a link that works once, the session that it is exchanged for, and a token for every form."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_engine.center.refusals import FormForged, LinkSpent, SessionMissing

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from edge_engine.clock import Clock

IDLE: Final = timedelta(hours=2)
"""A session that nobody used for so long is over: whoever sits down at the device later starts it anew."""

_SECRET_BYTES: Final = 32
_ROOM_BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class Notice:
    """What the next page says first.

    Attributes:
        text: A sentence or two.
        code: Code of the error, where it is one.
        lines: What there is to add, a line each.
        where: Part of the page that says it; empty for the top.
    """

    text: str
    code: str = ""
    lines: tuple[str, ...] = ()
    where: str = ""


@dataclass(slots=True)
class Session:
    """One browser's session.

    Attributes:
        key: Tokens of forms are made with it.
        used: When it was last used.
        notices: What the next page says first.
        followed: Vault ids of the transactions that the latest correction changed.
    """

    key: bytes
    used: datetime
    notices: list[Notice] = field(default_factory=list)
    followed: frozenset[int] = frozenset()

    def token(self, action: str) -> str:
        """Return the token of the form that is sent to ``action``; it fits no other form and no other session."""
        return hmac.new(self.key, action.encode(), hashlib.sha256).hexdigest()

    def require(self, action: str, token: str) -> None:
        """Check the token of a form.

        Raises:
            FormForged: It is not the one that was put into the form.
        """
        if not hmac.compare_digest(self.token(action).encode(), token.encode(errors="replace")):
            raise FormForged(
                "this form was not made by this page; load the page again and send it from there"
            )

    def take_notices(self) -> list[Notice]:
        """Return what is to be said, and forget it."""
        notices, self.notices = self.notices, []
        return notices


class Sessions:
    """The one link and the one session of a run.

    Args:
        clock: Says when a session is over.
        random: Makes secrets.

    Attributes:
        room: First part of every page's path. A browser sends cookies of 127.0.0.1 to every port of it; one that is
            bound to a path that no other program knows goes to none.
        cookie: Name of the session's cookie.
    """

    cookie: Final = "edge_center"

    def __init__(self, clock: Clock, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._clock = clock
        self._random = random
        self.room = random(_ROOM_BYTES).hex()
        self.link = random(_SECRET_BYTES).hex()
        self._spent = False
        self._key = ""
        self._session: Session | None = None

    def enter(self, link: str) -> str:
        """Exchange the link for a session and return the session's key; the link is useless from then on.

        Raises:
            LinkSpent: It was used before, or is another one.
        """
        fits = hmac.compare_digest(self.link.encode(), link.encode(errors="replace"))
        if self._spent or not fits:
            raise LinkSpent(
                "this link was used before, or is not the one that was printed; stop the Privacy Center and start it "
                "again to get another"
            )
        self._spent = True
        self._key = self._random(_SECRET_BYTES).hex()
        self._session = Session(self._random(_SECRET_BYTES), self._clock.now())
        return self._key

    def find(self, key: str) -> Session:
        """Return the session of a cookie.

        Raises:
            SessionMissing: There is none, or it is over.
        """
        session = self._session
        known = session is not None and hmac.compare_digest(self._key.encode(), key.encode(errors="replace"))
        if session is None or not known:
            raise SessionMissing(
                "open the link that `edge-engine center` printed; without it nothing is shown"
            )
        if self._clock.now() - session.used > IDLE:
            self.leave()
            raise SessionMissing(
                "this session is over, as nobody used it for two hours; start the Privacy Center again to go on"
            )
        session.used = self._clock.now()
        return session

    def leave(self) -> None:
        """End the session."""
        self._session, self._key = None, ""
