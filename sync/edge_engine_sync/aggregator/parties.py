"""What each party knows of its tasks, as it stands in the party's file.

A file is JSON. The leader's has the leader's private keys, the helper's the helper's; both have the verification keys,
and neither has what only the collector may have. Clients get a file without secrets.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from edge_engine_sync.errors import MalformedMessage, ParameterInvalid, SuiteUnsupported, TaskFileInvalid
from edge_engine_sync.hpke import suite
from edge_engine_sync.messages import HpkeConfig, Role
from edge_engine_sync.prio3 import VERIFY_KEY_SIZE
from edge_engine_sync.task import (
    COUNT,
    HISTOGRAM,
    MULTIHOT_COUNT_VEC,
    SUM,
    SUM_VEC,
    BatchMode,
    Task,
    TaskConfiguration,
    VdafConfig,
    task_interval,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMAT: Final = "edge-engine.tasks/1"
FUNCTIONS: Final[dict[str, tuple[int, tuple[str, ...]]]] = {
    "count": (COUNT, ()),
    "sum": (SUM, ("max_measurement",)),
    "sum_vec": (SUM_VEC, ("length", "max_measurement", "chunk_length")),
    "histogram": (HISTOGRAM, ("length", "chunk_length")),
    "multihot_count_vec": (MULTIHOT_COUNT_VEC, ("length", "max_weight", "chunk_length")),
}
LEAST_BATCH: Final = 2
_LARGEST_FILE: Final = 16 * 1024 * 1024


class Fields:
    """The fields of one object of a file, each taken once and of its type."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise TaskFileInvalid(f"{where} is no object with fields.")
        self._left: dict[str, Any] = dict(value)
        self.where = where

    def take(self, name: str, kind: type, default: object = ...) -> Any:  # noqa: ANN401 - of the type asked for
        """Return a field and strike it off.

        Raises:
            TaskFileInvalid: It is missing or of another type.
        """
        value = self._left.pop(name, default)
        if value is ...:
            raise TaskFileInvalid(f"{self.where} has no field {name}.")
        if value is not default and (
            not isinstance(value, kind) or (isinstance(value, bool) and kind is int)
        ):
            raise TaskFileInvalid(f"The field {name} of {self.where} is of the wrong type.")
        return value

    def whole(self, name: str, least: int = 0, default: object = ...) -> Any:  # noqa: ANN401 - or the default
        """Return a field that is a whole number."""
        value = self.take(name, int, default)
        if value is not default and not least <= value < 2**63:
            raise TaskFileInvalid(f"The field {name} of {self.where} is at least {least}.")
        return value

    def raw(self, name: str, size: int | None = None) -> bytes:
        """Return a field of bytes, which are written in base64url without padding."""
        try:
            value = unbase64(self.take(name, str))
        except ValueError:
            raise TaskFileInvalid(f"The field {name} of {self.where} is not base64url.") from None
        if size is not None and len(value) != size:
            raise TaskFileInvalid(f"The field {name} of {self.where} has {size} bytes.")
        return value

    def finish(self) -> None:
        """Refuse fields that nobody asked for."""
        for name in self._left:
            raise TaskFileInvalid(f"{self.where} has a field {name!r:.40} that is not known.")


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A key that others seal for."""

    config: HpkeConfig
    private_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class AggregatorTask:
    """A task as one aggregator knows it.

    Attributes:
        task: The task.
        role: Which aggregator this is.
        verify_key: The verification key.
        collector: The key that sums are sealed for.
        epsilon: How private a sum is made by this aggregator's noise; none where there is no noise.
        sensitivity: How far one report moves the sums at most, where clients keep within less than the function
            allows; none where the function's own bound counts.
        clock_skew: Seconds that a report may be ahead of the clock.
        expiry: Seconds after which a report is too old to be counted; none where never.
        token: What the leader shows to the helper; empty at the helper.
        token_hash: Hash of what the collector shows to the leader, or the leader to the helper.
    """

    task: Task
    role: Role
    verify_key: bytes = field(repr=False)
    collector: HpkeConfig
    epsilon: Fraction | None = None
    sensitivity: int | None = None
    clock_skew: int = 300
    expiry: int | None = None
    token: str = field(default="", repr=False)
    token_hash: bytes = field(default=b"", repr=False)

    def admits(self, token: str) -> bool:
        """Tell whether a token is the one that this aggregator asks for."""
        return hmac.compare_digest(hash_token(token), self.token_hash)


@dataclass(frozen=True, slots=True)
class Aggregator:
    """One aggregator with its keys and tasks, by their identifiers."""

    role: Role
    keys: tuple[KeyPair, ...]
    tasks: Mapping[bytes, AggregatorTask]

    def url(self) -> str:
        """Return the URL that clients know of this aggregator."""
        first = next(iter(self.tasks.values())).task.configuration
        return first.leader if self.role == Role.LEADER else first.helper


@dataclass(frozen=True, slots=True)
class CollectorTask:
    """A task as the collector knows it."""

    name: str
    task: Task
    token: str = field(repr=False)
    keys: KeyPair
    epsilon: Fraction | None = None
    sensitivity: int | None = None


@dataclass(frozen=True, slots=True)
class ClientTask:
    """A task as clients know it: nothing of it is secret."""

    name: str
    task: Task


def load_aggregator(path: Path, role: Role) -> Aggregator:
    """Return what the file of a leader or helper says.

    Raises:
        TaskFileInvalid: It is no such file.
    """
    fields = _open(path, role.name.lower())
    keys = tuple(read_key_pair(one) for one in fields.take("hpke_keys", list))
    tasks = [_aggregator_task(Fields(one, "a task"), role) for one in fields.take("tasks", list)]
    fields.finish()
    if not keys or not tasks:
        raise TaskFileInvalid("The file of an aggregator has a key and a task.")
    if len({key.config.identifier for key in keys}) < len(keys):
        raise TaskFileInvalid("Two keys of an aggregator have the same number.")
    found = Aggregator(role, keys, {one.task.task_id: one for one in tasks})
    mine = {_own_url(one) for one in tasks}
    if len(found.tasks) < len(tasks) or len(mine) > 1:
        raise TaskFileInvalid(
            "Two tasks of an aggregator have one identifier, or two URLs of this aggregator."
        )
    return found


def load_collector(path: Path) -> tuple[CollectorTask, ...]:
    """Return the tasks of the file of a collector.

    Raises:
        TaskFileInvalid: It is no such file.
    """
    fields = _open(path, "collector")
    keys = read_key_pair(fields.take("hpke_key", dict))
    tasks = []
    for one in fields.take("tasks", list):
        entry = Fields(one, "a task")
        name, token = entry.take("name", str), entry.take("collector_token", str)
        epsilon, narrowed = read_epsilon(entry), entry.whole("sensitivity", 1, None)
        tasks.append(CollectorTask(name, _task(entry), token, keys, epsilon, narrowed))
        entry.finish()
    fields.finish()
    return tuple(tasks)


def load_clients(path: Path) -> tuple[ClientTask, ...]:
    """Return the tasks of the file for clients.

    Raises:
        TaskFileInvalid: It is no such file.
    """
    fields = _open(path, "client")
    tasks = []
    for one in fields.take("tasks", list):
        entry = Fields(one, "a task")
        tasks.append(ClientTask(entry.take("name", str), _task(entry)))
        entry.finish()
    fields.finish()
    return tuple(tasks)


def hash_token(token: str) -> bytes:
    """Return the hash by which a token is known to whoever asks for it."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def base64url(raw: bytes) -> str:
    """Return bytes in base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def unbase64(text: str) -> bytes:
    """Return the bytes of base64url without padding.

    Raises:
        ValueError: It is not that.
    """
    try:
        raw = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise ValueError("not base64url") from None
    # One sequence of bytes has one spelling: what names a resource must not have two.
    if base64url(raw) != text:
        raise ValueError("not base64url")
    return raw


def read_vdaf(fields: Fields) -> VdafConfig:
    """Return the function of a task, whose parameters stand beside its name.

    Raises:
        TaskFileInvalid: It is none.
    """
    name = fields.take("vdaf", str)
    if name not in FUNCTIONS:
        raise TaskFileInvalid(f"The function of {fields.where} is one of {', '.join(FUNCTIONS)}.")
    identifier, parameters = FUNCTIONS[name]
    config = VdafConfig(identifier, **{one: fields.whole(one, 1) for one in parameters})
    try:
        config.prio3()
    except ParameterInvalid as error:
        raise TaskFileInvalid(f"The function of {fields.where} cannot be: {error}") from None
    return config


def read_epsilon(fields: Fields) -> Fraction | None:
    """Return the ``epsilon`` of a task, written as ``"1/2"`` or ``"0.5"``; none where it is left out.

    Raises:
        TaskFileInvalid: It is no positive number.
    """
    text = fields.take("epsilon", str, None)
    if text is None:
        return None
    try:
        value = Fraction(text) if len(text) <= 20 and "e" not in text.lower() else Fraction(0)
    except (ValueError, ZeroDivisionError):
        value = Fraction(0)
    if value <= 0:
        raise TaskFileInvalid(f"The epsilon of {fields.where} is a positive number such as 1/2.")
    return value


def read_key(value: object) -> HpkeConfig:
    """Return a public key.

    Raises:
        TaskFileInvalid: It is none that is known here.
    """
    fields = Fields(value, "a key")
    config = _key(fields)
    fields.finish()
    return config


def read_key_pair(value: object) -> KeyPair:
    """Return a key pair.

    Raises:
        TaskFileInvalid: It is none that is known here.
    """
    fields = Fields(value, "a key")
    pair = KeyPair(_key(fields), fields.raw("private_key"))
    fields.finish()
    return pair


def _key(fields: Fields) -> HpkeConfig:
    numbers = [fields.whole(name) for name in ("id", "kem", "kdf", "aead")]
    try:
        suite(*numbers[1:])
    except SuiteUnsupported:
        raise TaskFileInvalid("A key is of a suite that is not known.") from None
    if numbers[0] > 255:
        raise TaskFileInvalid("The number of a key is below 256.")
    return HpkeConfig(numbers[0], numbers[1], numbers[2], numbers[3], fields.raw("public_key"))


def _aggregator_task(fields: Fields, role: Role) -> AggregatorTask:
    fields.take("name", str)
    leads = role == Role.LEADER
    values: dict[str, Any] = {
        "verify_key": fields.raw("verify_key", VERIFY_KEY_SIZE),
        "collector": read_key(fields.take("collector_key", dict)),
        "epsilon": read_epsilon(fields),
        "sensitivity": fields.whole("sensitivity", 1, None),
        "clock_skew": fields.whole("clock_skew", 0, 300),
        "expiry": fields.whole("report_expiry", 1, None),
        "token": fields.take("helper_token", str) if leads else "",
        "token_hash": fields.raw("collector_token_hash" if leads else "leader_token_hash", 32),
    }
    task = _task(fields)
    fields.finish()
    return AggregatorTask(task, role, **values)


def _task(fields: Fields) -> Task:
    task_id = fields.raw("task_id", 32)
    start, duration = fields.whole("start", 0, None), fields.whole("duration", 1, None)
    if (start is None) != (duration is None):
        raise TaskFileInvalid("A task has both a start and a duration, or none.")
    least = fields.whole("min_batch_size", LEAST_BATCH)
    mode = fields.take("batch_mode", str)
    if mode not in ("time_interval", "leader_selected"):
        raise TaskFileInvalid("The batch mode of a task is time_interval or leader_selected.")
    try:
        configuration = TaskConfiguration(
            task_info=fields.raw("task_info"),
            leader=fields.take("leader", str),
            helper=fields.take("helper", str),
            time_precision=fields.whole("time_precision", 1),
            min_batch_size=least,
            batch_mode=BatchMode[mode.upper()],
            vdaf=read_vdaf(fields),
            extensions=() if start is None else (task_interval(start, duration),),
        )
        return Task(task_id, configuration)
    except (MalformedMessage, ParameterInvalid) as error:
        raise TaskFileInvalid(f"A task cannot be: {error}") from None


def _own_url(task: AggregatorTask) -> str:
    configuration = task.task.configuration
    return configuration.leader if task.role == Role.LEADER else configuration.helper


def _open(path: Path, party: str) -> Fields:
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise TaskFileInvalid(f"The task file cannot be read ({error.strerror}).") from None
    try:
        document = json.loads(raw) if len(raw) <= _LARGEST_FILE else None
    except (ValueError, RecursionError):
        document = None
    fields = Fields(document, "the task file")
    if fields.take("format", str) != FORMAT:
        raise TaskFileInvalid("The task file is of another format or a newer version.")
    if (party_of := fields.take("party", str)) != party:
        raise TaskFileInvalid(f"The task file is for the {party_of:.20}, not for the {party}.")
    return fields
