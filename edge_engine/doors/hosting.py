"""The host's side of an engine: what ``open`` says is turned into the engine's ports."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from edge_engine.clock import FakeClock, SystemClock
from edge_engine.doors.ports import (
    PORTS,
    AskKey,
    AskOrder,
    AskServer,
    OrderAnswer,
    ServerAnswer,
)
from edge_engine.engine import Engine
from edge_engine.errors import EdgeError, HostAnswerInvalid, InputError
from edge_engine.vault.keys import HostKey, Keyring, Passphrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_engine.actions.channels import Suggestion
    from edge_engine.actions.connector import Order, Reply
    from edge_engine.clock import Clock
    from edge_engine.doors.asking import Asking
    from edge_engine.doors.lifecycle import Open, Resume
    from edge_engine.signals.configuration import Reporting
    from edge_engine.vault.keys import KeyProvider
    from edge_engine_sync.transport import Answer

_CHANNEL: Final = "channel."
_CONNECTOR: Final = "connector."
_SERVICE: Final = "edge-engine"


class Host:
    """Asks the host and believes only what has the agreed shape.

    Args:
        asking: Carries the questions.
    """

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def ask(self, method: str, question: msgspec.Struct | None = None) -> Any:  # noqa: ANN401 - the port's reply
        """Ask one of `edge_engine.doors.ports.PORTS`.

        Raises:
            HostAnswerInvalid: The answer is not of the agreed shape.
            DoorError: There is no answer.
            Cancelled: The request that needs it was taken back.
        """
        port = PORTS[method]
        params = {} if question is None else msgspec.to_builtins(question, builtin_types=(bytes,))
        raw = self._asking.ask(method, params, port.seconds)
        try:
            return msgspec.msgpack.decode(raw, type=port.reply)
        except (msgspec.DecodeError, ValueError, RecursionError):
            raise HostAnswerInvalid(f"the host's answer to {method} is not of the agreed shape") from None


class HostClock:
    """The host's time, asked once a request; in between it goes on by itself.

    Args:
        host: Whom to ask.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self._told: datetime | None = None
        self._at = 0.0

    def look(self) -> None:
        """Ask the host.

        Raises:
            HostAnswerInvalid: It is no time, or none of a known zone.
        """
        self._told, self._at = _moment(self._host.ask("host.now")), time.monotonic()

    def now(self) -> datetime:
        """Return what the host said, and what went by since."""
        if self._told is None:
            self.look()
        told = self._told
        if told is None:
            raise HostAnswerInvalid("the host's clock tells no time")
        return told + timedelta(seconds=time.monotonic() - self._at)


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise HostAnswerInvalid("the host's clock tells times as RFC 3339 has them") from None
    if found.tzinfo is None:
        raise HostAnswerInvalid("the host's clock tells times with their zone")
    if found.year not in _YEARS:
        raise HostAnswerInvalid("the host's clock tells a time that nobody lives in")
    return found.astimezone(UTC)


_YEARS: Final = range(1970, 9000)
"""Years that a clock may tell: consents and forecasts reach some years back and ahead, and calendars end."""


class HostChannel:
    """A way to the person that the host has."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def show(self, suggestion: Suggestion) -> None:
        """Let the host show it."""
        self._host.ask("host.show", suggestion)


class HostConnector:
    """The bank's back end, as the host reaches it."""

    def __init__(self, host: Host, name: str) -> None:
        self._host, self._name = host, name

    def perform(self, order: Order) -> Reply:
        """Let the host have it done."""
        return self._ask("host.perform", order)

    def undo(self, order: Order) -> Reply:
        """Let the host have it taken back."""
        return self._ask("host.undo", order)

    def _ask(self, method: str, order: Order) -> Reply:
        from edge_engine.actions.connector import Done, Refused, Unknown  # noqa: PLC0415 - as the engine loads it

        question = AskOrder(
            self._name,
            order.workflow,
            order.action,
            order.key,
            order.packet,
            order.encapsulated,
            order.associated,
        )
        answer: OrderAnswer = self._host.ask(method, question)
        if answer.state == "done":
            return Done(answer.reference)
        return Refused(answer.reason) if answer.state == "refused" else Unknown()


class HostTransport:
    """Requests to the aggregators, as the host sends them."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        """Let the host send it.

        Raises:
            Unreachable: The host brings no answer.
        """
        from edge_engine.errors import DoorError  # noqa: PLC0415 - with what follows
        from edge_engine_sync.errors import Unreachable  # noqa: PLC0415 - only who sends something needs it
        from edge_engine_sync.transport import Answer  # noqa: PLC0415 - likewise

        try:
            told: ServerAnswer = self._host.ask("host.request", AskServer(method, url, dict(headers), body))
        except DoorError as error:
            raise Unreachable(error.message) from None
        return Answer(told.status, {name.lower(): text for name, text in told.headers.items()}, told.body)


class Hosting:
    """Opens engines as a host asks for.

    Args:
        asking: Carries questions to the host.
    """

    def __init__(self, asking: Asking) -> None:
        self._host = Host(asking)
        self._clock: HostClock | None = None
        self._path = ""
        self._has_key = False

    def open(self, asked: Open) -> tuple[Engine, bool]:
        """Open what is asked for and say whether it is new.

        Raises:
            InputError: What is asked for contradicts itself or names what there is not.
            EdgeError: As `Engine.open`.
        """
        for port in asked.ports:
            named = port in ("key", "clock", "transport")
            if not named and (port in (_CHANNEL, _CONNECTOR) or not port.startswith((_CHANNEL, _CONNECTOR))):
                raise InputError("a port is key, clock, transport, channel.<name> or connector.<name>")
        if any("\0" in path for path in (asked.path, asked.policy, asked.decisions, asked.rules)):
            raise InputError("a path holds no NUL")
        self._has_key = "key" in asked.ports
        self._path = asked.path
        clock = self._clock_of(asked)
        given = _rules(asked) | {"clock": clock, "seed": asked.seed, "reporting": self._reporting(asked)}
        if not asked.path:
            if self.other_key(asked) is not None:
                raise InputError("a store in memory has no key; name its folder to keep it")
            engine = Engine.in_memory(**given)
        else:
            brought = self.other_key(asked)
            if brought is not None and self._has_key:
                raise InputError("a store is opened by one key: the port key, or what is given here")
            key = brought or (self._host_key() if self._has_key else None)
            if key is None:
                raise InputError("a store needs a passphrase, a key, a keyring, or the port key")
            engine = Engine.open(asked.path, key=key, create=asked.create, **given)
        try:
            self._connect(engine, asked)
        except BaseException:
            # What was only just made holds nothing, and is not left behind.
            with suppress(EdgeError):
                engine.erase() if engine.created else engine.close()
            raise
        return engine, engine.created

    def other_key(self, asked: Open | Resume) -> KeyProvider | None:
        """Return the key that a request brings with it, None where it brings none.

        Raises:
            InputError: It brings two.
        """
        brought: list[KeyProvider] = []
        if asked.passphrase:
            brought.append(Passphrase(asked.passphrase))
        if asked.key:
            brought.append(HostKey(asked.key))
        if asked.keyring:
            brought.append(Keyring(_SERVICE, str(Path(self._path).resolve())))
        if len(brought) > 1:
            raise InputError("a store is opened by one key, not by two")
        return brought[0] if brought else None

    def look_at_clock(self) -> None:
        """Ask the host what time it is, where it is the host who says so."""
        if self._clock is not None:
            self._clock.look()

    def let_go(self) -> None:
        """Forget the engine that was opened."""
        self._clock = None
        self._path = ""

    def _host_key(self) -> HostKey:
        path, host = self._path, self._host
        return HostKey(lambda: host.ask("host.key", AskKey(path)))

    def _clock_of(self, asked: Open) -> Clock:
        if "clock" in asked.ports:
            self._clock = HostClock(self._host)
            self._clock.look()
            return self._clock
        self._clock = None
        if not asked.clock:
            return SystemClock()
        try:
            told = datetime.fromisoformat(asked.clock)
        except ValueError:
            raise InputError("clock is a time as RFC 3339 has it, with its zone") from None
        if told.tzinfo is None or told.year not in _YEARS:
            raise InputError("clock is a time as RFC 3339 has it, with its zone, from 1970 on")
        return FakeClock(told)

    def _reporting(self, asked: Open) -> Reporting | None:
        if not (asked.leader or asked.helper):
            return None
        from edge_engine.signals.configuration import (  # noqa: PLC0415 - only who reports needs it
            Reporting,
            require_usable,
        )

        reporting = Reporting(
            asked.leader,
            asked.helper,
            transport=HostTransport(self._host) if "transport" in asked.ports else None,
            loopback=asked.loopback,
            headers=asked.headers,
        )
        # Before anything is made, and the same where the host carries the requests.
        require_usable(reporting)
        return reporting

    def _connect(self, engine: Engine, asked: Open) -> None:
        for port in asked.ports:
            if port.startswith(_CHANNEL):
                engine.suggestions.connect(port.removeprefix(_CHANNEL), HostChannel(self._host))
            elif port.startswith(_CONNECTOR):
                name = port.removeprefix(_CONNECTOR)
                engine.workflows.connect(name, HostConnector(self._host, name), _sealer(asked, name))


def _sealer(asked: Open, name: str) -> Any:  # noqa: ANN401 - a Sealer or None
    from edge_engine.actions.packets import Sealer  # noqa: PLC0415 - only who has a back end needs it

    public = asked.connectors.get(name)
    if public is None:
        return None
    if len(public) != 32:
        raise InputError("the public key of a connector is 32 bytes, of X25519")
    return Sealer.to(public)


def _rules(asked: Open) -> dict[str, Any]:
    """Return the app's own policy and rules, read from the folders that it names."""
    from edge_engine.consent.policy import Policy  # noqa: PLC0415 - as the engine loads it

    found: dict[str, Any] = {}
    if asked.policy:
        found["policy"] = Policy.load(asked.policy)
    if asked.rules:
        from edge_engine.actions.rules import ActionRules  # noqa: PLC0415 - only who words their own needs it

        found["rules"] = ActionRules.load(asked.rules, found.get("policy"))
    if asked.decisions:
        from edge_engine.decisions.rules import DecisionRules  # noqa: PLC0415 - likewise

        found["decisions"] = DecisionRules.load(asked.decisions)
    return found
