"""What every request has to pass before a page sees it, and what every answer carries."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from edge_engine.center.refusals import CenterError, HostRefused, OriginRefused, SessionMissing

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from edge_engine.center.sessions import Session, Sessions

ENTRANCE: Final = "/enter"
OWN_FILES: Final = "/own/"

_CONTENT_RULES: Final = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
)
CONTENT_POLICY: Final = "; ".join(_CONTENT_RULES)
"""Own files alone: nothing inline, nothing from elsewhere, and no text that becomes a program."""

HEADERS: Final = {
    "content-security-policy": CONTENT_POLICY,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # `no-referrer` would take the origin from forms as well, which is checked here.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), clipboard-read=(), geolocation=(), microphone=(), payment=(), usb=()",
    "x-robots-tag": "noindex",
}

_MARKS: Final = {HostRefused.code: 421}
_OF_OURS: Final = frozenset(("", "same-origin", "none"))
_LOG: Final = logging.getLogger("edge_engine.center")


class Guard:
    """Stands before the whole app.

    Args:
        app: What is guarded.
        authority: Host and port as the browser must name them.
        sessions: Who may look.
        refuse: Makes the page of a refusal.
    """

    def __init__(
        self, app: ASGIApp, authority: str, sessions: Sessions, refuse: Callable[[CenterError, int], Response]
    ) -> None:
        self._app = app
        self._authority = authority
        self._sessions = sessions
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [pair for pair in message["headers"] if pair[0].decode("latin-1") not in HEADERS]
                kept += [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message = {**message, "headers": kept}
            await send(message)

        try:
            scope.setdefault("state", {})["session"] = self._admit(scope)
        except CenterError as refused:
            log_refusal(refused)
            await self._refuse(refused, _MARKS.get(refused.code, 403))(scope, receive, dressed)
            return
        try:
            await self._app(scope, receive, dressed)
        except Exception as error:  # noqa: BLE001 - the last border; its message may hold private data
            _LOG.warning("a request failed [%s]", type(error).__name__)

    def _admit(self, scope: Scope) -> Session | None:
        """Return the session of a request; None where none is needed.

        Raises:
            CenterError: It is refused.
        """
        if _every(scope, b"host") != [self._authority]:
            # A name that somebody else owns may point here: the page that it belongs to must not read answers.
            raise HostRefused("this address is not the one that was printed; open the link as it was printed")
        changes = scope["method"] not in ("GET", "HEAD")
        origins = _every(scope, b"origin")
        fetched = _every(scope, b"sec-fetch-site")
        ours = origins == [f"http://{self._authority}"] or not (origins or changes)
        site = fetched[0] if len(fetched) == 1 else "" if not fetched else "several"
        if not ours or site not in _OF_OURS or (changes and site == "none"):
            raise OriginRefused("another page asked for this; type or paste the address yourself")
        path = scope["path"]
        if path == ENTRANCE or path.startswith(OWN_FILES):
            return None
        session = self._sessions.find(self._cookie(scope))
        if not path.startswith(f"/{self._sessions.room}/"):
            raise SessionMissing(
                "this address is not part of the session; open the Privacy Center's first page"
            )
        return session

    def _cookie(self, scope: Scope) -> str:
        """Return the value of the session's cookie; empty where there is not exactly one."""
        pairs = [part.strip().partition("=") for line in _every(scope, b"cookie") for part in line.split(";")]
        found = [value for name, _, value in pairs if name == self._sessions.cookie]
        return found[0] if len(found) == 1 else ""


def log_refusal(refused: CenterError) -> None:
    """Note that a request was refused and by which rule; nothing of its content, not even its path."""
    _LOG.warning("a request was refused [%s]", refused.code)


def _every(scope: Scope, name: bytes) -> list[str]:
    """Return every value of a header."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]
