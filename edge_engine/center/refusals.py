"""What the center refuses, beside the engine's errors, with its stable code; none of them ever passes a door.

::

    CenterError            center
    ├─ HostRefused         center.host
    ├─ OriginRefused       center.origin
    ├─ LinkSpent           center.link_spent
    ├─ SessionMissing      center.session
    ├─ FormForged          center.form_forged
    ├─ FormTooLarge        center.too_large
    └─ PageMissing         center.page_missing
"""

from __future__ import annotations

from edge_engine.errors import EdgeError


class CenterError(EdgeError):
    """The Privacy Center refuses a request."""

    code = "center"


class HostRefused(CenterError):
    """The request names another host than the one that the Privacy Center answers as."""

    code = "center.host"


class OriginRefused(CenterError):
    """The request was made by another page than one of the Privacy Center's own."""

    code = "center.origin"


class LinkSpent(CenterError):
    """The link of the Privacy Center was used before, or is not the one that was printed."""

    code = "center.link_spent"


class SessionMissing(CenterError):
    """The browser has no session with the Privacy Center."""

    code = "center.session"


class FormForged(CenterError):
    """A form was sent that the Privacy Center did not make for this session."""

    code = "center.form_forged"


class FormTooLarge(CenterError):
    """More was sent than the Privacy Center takes at once."""

    code = "center.too_large"


class PageMissing(CenterError):
    """The Privacy Center has no such page."""

    code = "center.page_missing"
