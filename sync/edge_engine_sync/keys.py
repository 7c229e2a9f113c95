"""The public keys of aggregators, fetched and kept for as long as each aggregator says.

Source: draft-ietf-ppm-dap-18, section 4.4.1; RFC 9111 for how long.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from edge_engine_sync.errors import AnswerInvalid, MalformedMessage, ServerBusy
from edge_engine_sync.messages import MEDIA_HPKE_CONFIG_LIST, HpkeConfig, HpkeConfigList
from edge_engine_sync.report import choose_config

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge_engine_sync.transport import Transport

UNSAID_LIFETIME: Final = 3600.0
LONGEST_LIFETIME: Final = 30 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class _Kept:
    config: HpkeConfig
    since: float
    until: float


@dataclass(slots=True)
class KeyCache:
    """One key for each aggregator.

    Attributes:
        transport: How aggregators are reached.
        clock: Seconds since 1970.
    """

    transport: Transport
    clock: Callable[[], float]
    _kept: dict[str, _Kept] = field(default_factory=dict)

    def key(self, aggregator: str) -> HpkeConfig:
        """Return the key to seal with for an aggregator, asking it where none is kept.

        Raises:
            UploadError: The aggregator cannot be asked or does not answer with keys.
            SuiteUnsupported: It has no key whose suite is known here.
        """
        now = self.clock()
        kept = self._kept.get(aggregator)
        # A clock that was set back must not make a key live longer.
        if kept is not None and kept.since <= now < kept.until:
            return kept.config
        answer = self.transport.request("GET", resource(aggregator, "hpke_config"), {}, None)
        if answer.status in (408, 429) or answer.status >= 500:
            raise ServerBusy("The aggregator cannot give its keys now.")
        if not 200 <= answer.status < 300 or not answer.is_media(MEDIA_HPKE_CONFIG_LIST):
            raise AnswerInvalid("The aggregator does not give its keys.")
        try:
            config = choose_config(HpkeConfigList.decode(answer.body))
        except MalformedMessage:
            raise AnswerInvalid("What the aggregator gives are no keys.") from None
        self._kept[aggregator] = _Kept(config, now, now + lifetime(answer.headers))
        return config

    def forget(self, *aggregators: str) -> None:
        """Forget the keys of aggregators: they will be asked again."""
        for aggregator in aggregators:
            self._kept.pop(aggregator, None)


def resource(base: str, path: str) -> str:
    """Return the URL of a resource of an aggregator, whose own URL may end with a slash or not."""
    return base + ("" if base.endswith("/") else "/") + path


def lifetime(headers: Mapping[str, str]) -> float:
    """Return for how many seconds an answer may be kept."""
    if "cache-control" not in headers:
        return UNSAID_LIFETIME
    directives = {}
    for directive in headers["cache-control"].lower().split(","):
        name, _, value = directive.strip().partition("=")
        directives[name] = value.strip('" ')
    if "no-store" in directives or "no-cache" in directives:
        return 0.0
    if "max-age" not in directives:
        return UNSAID_LIFETIME
    age = _seconds(headers.get("age", "0"))
    return min(max(_seconds(directives["max-age"]) - age, 0.0), LONGEST_LIFETIME)


def _seconds(text: str) -> float:
    """Return a number of seconds as headers write it; 0 where it is none."""
    stripped = text.strip()
    return float(stripped) if stripped.isascii() and stripped.isdigit() and len(stripped) < 12 else 0.0
