"""What a host gives so that signals can leave: two addresses, and the ports that tests replace."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from edge_engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge_engine.signals.catalogue import Catalogue
    from edge_engine.vault.signals import Limits
    from edge_engine_sync.transport import Transport


_HEADER: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
"""Source: RFC 9110 section 5.6.2, ``token``."""

_VALUE: Final = re.compile(r"[\t\x20-\x7e]*")
"""Source: RFC 9110 section 5.5, ``field-value``, without what is obsolete."""


def require_two(leader: str, helper: str) -> None:
    """See that two addresses are of two servers.

    Raises:
        InputError: They are one server's, however they are spelled.
    """
    from edge_engine_sync.origins import one_server  # noqa: PLC0415 - only who names servers loads it

    if one_server(leader, helper):
        raise InputError("the leader and the helper are two servers; one alone would see every value")


def require_usable(reporting: Reporting) -> None:
    """See that reports could go where a host says, whoever carries them.

    Raises:
        InputError: An address is no https URL (or plain HTTP to this machine, where that is allowed), or a header is
            none.
    """
    from edge_engine_sync.origins import may_be_asked  # noqa: PLC0415 - only who names servers loads it

    if not all(
        may_be_asked(one, loopback=reporting.loopback) for one in (reporting.leader, reporting.helper) if one
    ):
        raise InputError("the leader and the helper are https URLs without a user")
    for name, text in reporting.headers.items():
        if not _HEADER.fullmatch(name) or not _VALUE.fullmatch(text):
            raise InputError("a header is a name of letters, digits and dashes, and one line of plain text")


@dataclass(frozen=True, slots=True)
class Reporting:
    """How signals of this device are collected and sent. Without addresses nothing is measured and nothing leaves.

    Attributes:
        leader: URL of the leading aggregator, in the very letters that were agreed on; empty for none.
        helper: URL of the helping aggregator, run by somebody who does not collude with the first.
        catalogue: The signals; those that ship with the engine where None.
        transport: How servers are reached; HTTPS where None.
        loopback: Whether plain HTTP to this same machine is allowed, for trying things out.
        randomness: Noise, shares and the times of sending come from it; a cryptographic generator.
        headers: Sent with every upload, such as a token that the leader asks for.
        limits: Bounds of what waits to be sent; the usual ones where None.
        spread_seconds: Reports are sent at a random moment within so many seconds of their making.
        retry_seconds: Least pause before a second attempt; each later one is twice as long, up to a day.

    Raises:
        InputError: There is one address without the other, both are of one server, or a number is out of range.
    """

    leader: str = ""
    helper: str = ""
    catalogue: Catalogue | None = None
    transport: Transport | None = None
    loopback: bool = False
    randomness: Callable[[int], bytes] = secrets.token_bytes
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    limits: Limits | None = None
    spread_seconds: int = 6 * 3600
    retry_seconds: int = 600

    def __post_init__(self) -> None:
        if bool(self.leader) != bool(self.helper):
            raise InputError("signals need two servers, a leader and a helper")
        if self.leader:
            require_two(self.leader, self.helper)
        if self.spread_seconds < 1 or self.retry_seconds < 1:
            raise InputError("times of sending are whole seconds, 1 or more")
