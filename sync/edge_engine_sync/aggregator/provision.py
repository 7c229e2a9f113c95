"""One file that describes tasks, and what each party gets of it.

The file is TOML, written by hand or generated::

    leader = "http://127.0.0.1:8401/"
    helper = "http://127.0.0.1:8402/"

    [[task]]
    name = "active days"
    vdaf = "histogram"
    length = 8
    time_precision = 3600
    min_batch_size = 100
    epsilon = "1/2"

A task that has to be the one which clients work out for themselves names its ``task_info`` and says
``identifier = "derived"``: its identifier follows from its configuration (``taskprov``). Where clients keep their
measurements within less than the function allows, ``sensitivity`` says how far one report moves the sums at most.

All secrets are drawn here. Each party's document holds what this party needs and nothing of the others': whoever has
the leader's and the helper's documents together could read every measurement.
"""

from __future__ import annotations

import datetime as dt
import secrets
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from edge_engine_sync.aggregator.noise import sensitivity
from edge_engine_sync.aggregator.parties import (
    FORMAT,
    FUNCTIONS,
    LEAST_BATCH,
    Fields,
    base64url,
    hash_token,
    read_epsilon,
    read_vdaf,
    unbase64,
)
from edge_engine_sync.chunks import shortest_chunk_length
from edge_engine_sync.errors import ParameterInvalid, TaskFileInvalid
from edge_engine_sync.hpke import suite
from edge_engine_sync.origins import one_server
from edge_engine_sync.task import BatchMode, TaskConfiguration, task_interval
from edge_engine_sync.taskprov import provisioned_task

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_engine_sync.task import VdafConfig

PARTIES: Final = ("leader", "helper", "collector", "client")
_X25519, _HKDF_SHA256, _AES_128_GCM = 0x20, 1, 1
_TASK_ID_SIZE, _KEY_SIZE = 32, 32

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Written:
    """A task as the file describes it."""

    public: Document
    vdaf: VdafConfig
    noise: Document
    private: Document
    derived: bool


def provision(text: str, randomness: Callable[[int], bytes] = secrets.token_bytes) -> dict[str, Document]:
    """Return the document of each party: ``leader``, ``helper``, ``collector`` and ``client``.

    Raises:
        TaskFileInvalid: The text does not describe tasks.
    """
    try:
        fields = Fields(tomllib.loads(text), "the file")
    except (tomllib.TOMLDecodeError, RecursionError):
        raise TaskFileInvalid("The file is no TOML.") from None
    urls = {name: _url(fields, name) for name in ("leader", "helper")}
    if one_server(urls["leader"], urls["helper"]):
        raise TaskFileInvalid("The leader and the helper are two servers; one alone would see every value.")
    written = [_task(Fields(one, "a task"), urls) for one in fields.take("task", list)]
    fields.finish()
    names = [one.public["name"] for one in written]
    if not names or len(set(names)) < len(names):
        raise TaskFileInvalid("A file has at least one task, and each has a name of its own.")
    collector = _key(0, randomness)
    documents: dict[str, Document] = {name: {"format": FORMAT, "party": name} for name in PARTIES}
    documents["leader"]["hpke_keys"] = [_key(1, randomness)]
    documents["helper"]["hpke_keys"] = [_key(2, randomness)]
    documents["collector"]["hpke_key"] = collector
    for document in documents.values():
        document["tasks"] = []
    public_key = {name: value for name, value in collector.items() if name != "private_key"}
    for one in written:
        public = {**one.public, "task_id": base64url(_task_id(one, randomness))}
        tokens = {name: base64url(randomness(_KEY_SIZE)) for name in ("helper", "collector")}
        verify_key = base64url(randomness(_KEY_SIZE))
        shared = {**public, **one.noise, **one.private, "verify_key": verify_key, "collector_key": public_key}
        documents["leader"]["tasks"].append(
            {
                **shared,
                "helper_token": tokens["helper"],
                "collector_token_hash": base64url(hash_token(tokens["collector"])),
            }
        )
        helper = {**shared, "leader_token_hash": base64url(hash_token(tokens["helper"]))}
        documents["helper"]["tasks"].append(helper)
        documents["collector"]["tasks"].append(
            {**public, **one.noise, "collector_token": tokens["collector"]}
        )
        documents["client"]["tasks"].append(public)
    return documents


def _url(fields: Fields, name: str) -> str:
    url: str = fields.take(name, str)
    # INVARIANT: the letters of a URL are bound into every report; they are kept as they were written.
    if not url.isascii() or not url.startswith(("https://", "http://")) or len(url) > 2000:
        raise TaskFileInvalid(f"The field {name} is the URL of an aggregator.")
    return url


def _task(fields: Fields, urls: dict[str, str]) -> _Written:
    name = fields.take("name", str)
    fields.where = f"the task {name!r:.60}"
    if not 1 <= len(name.encode("utf-8", "replace")) <= 255:
        raise TaskFileInvalid("The name of a task has 1 to 255 bytes.")
    vdaf = _vdaf(fields)
    precision = fields.whole("time_precision", 1)
    public: Document = {
        "name": name,
        "task_info": base64url(_info(fields, name)),
        **urls,
        "time_precision": precision,
        "min_batch_size": fields.whole("min_batch_size", LEAST_BATCH),
        "batch_mode": fields.take("batch_mode", str, "time_interval"),
        **vdaf,
        **_interval(fields, precision),
    }
    if public["batch_mode"] not in ("time_interval", "leader_selected"):
        raise TaskFileInvalid(f"The batch mode of {fields.where} is time_interval or leader_selected.")
    config = read_vdaf(Fields(dict(vdaf), fields.where))
    epsilon = read_epsilon(fields)
    if epsilon is not None:
        try:
            sensitivity(config.prio3())
        except ParameterInvalid:  # pragma: no cover - every function that a file can name has one
            raise TaskFileInvalid(f"The noise of {fields.where} is not known.") from None
    noise = {} if epsilon is None else {"epsilon": str(epsilon)}
    if (narrowed := fields.whole("sensitivity", 1, None)) is not None:
        noise["sensitivity"] = narrowed
    identifier = fields.take("identifier", str, "random")
    if identifier not in ("random", "derived"):
        raise TaskFileInvalid(f"The identifier of {fields.where} is random or derived.")
    private = {"clock_skew": fields.whole("clock_skew", 0, 300)}
    if (expiry := fields.whole("report_expiry", 1, None)) is not None:
        private["report_expiry"] = expiry
    fields.finish()
    return _Written(public, config, noise, private, identifier == "derived")


def _info(fields: Fields, name: str) -> bytes:
    told: str = fields.take("task_info", str, name)
    info = told.encode("utf-8", "replace")
    if not 1 <= len(info) <= 255:
        raise TaskFileInvalid(f"The task_info of {fields.where} has 1 to 255 bytes.")
    return info


def _task_id(written: _Written, randomness: Callable[[int], bytes]) -> bytes:
    if not written.derived:
        return randomness(_TASK_ID_SIZE)
    public = written.public
    interval = (task_interval(public["start"], public["duration"]),) if "start" in public else ()
    configuration = TaskConfiguration(
        task_info=unbase64(public["task_info"]),
        leader=public["leader"],
        helper=public["helper"],
        time_precision=public["time_precision"],
        min_batch_size=public["min_batch_size"],
        batch_mode=BatchMode[public["batch_mode"].upper()],
        vdaf=written.vdaf,
        extensions=interval,
    )
    return provisioned_task(configuration).task_id


def _vdaf(fields: Fields) -> Document:
    """Return the function with its parameters; a chunk length that is not written is the one of the shortest proof."""
    name = fields.take("vdaf", str)
    if name not in FUNCTIONS:
        raise TaskFileInvalid(f"The function of {fields.where} is one of {', '.join(FUNCTIONS)}.")
    found: Document = {"vdaf": name}
    for parameter in FUNCTIONS[name][1]:
        if parameter != "chunk_length":
            found[parameter] = fields.whole(parameter, 1)
    if "chunk_length" in FUNCTIONS[name][1]:
        elements = found["length"]
        if name == "sum_vec":
            elements *= found["max_measurement"].bit_length()
        elif name == "multihot_count_vec":
            elements += found["max_weight"].bit_length()
        chosen = fields.whole("chunk_length", 1, None)
        try:
            found["chunk_length"] = shortest_chunk_length(elements) if chosen is None else chosen
        except ParameterInvalid as error:
            raise TaskFileInvalid(f"The function of {fields.where} cannot be: {error}") from None
    return found


def _interval(fields: Fields, precision: int) -> Document:
    begins, ends = fields.take("begins", dt.date, None), fields.take("ends", dt.date, None)
    if begins is None and ends is None:
        return {}
    if (
        begins is None
        or ends is None
        or type(begins) is not dt.date
        or type(ends) is not dt.date
        or begins >= ends
    ):
        raise TaskFileInvalid(f"{fields.where} begins on a date and ends on a later one, or says neither.")
    first, after = (
        int(dt.datetime(d.year, d.month, d.day, tzinfo=dt.UTC).timestamp()) for d in (begins, ends)
    )
    start = first // precision
    return {"start": start, "duration": -(-after // precision) - start}


def _key(number: int, randomness: Callable[[int], bytes]) -> Document:
    chosen = suite(_X25519, _HKDF_SHA256, _AES_128_GCM)
    private = chosen.kem.derive_private(randomness(_KEY_SIZE))
    return {
        "id": number,
        "kem": _X25519,
        "kdf": _HKDF_SHA256,
        "aead": _AES_128_GCM,
        "public_key": base64url(chosen.kem.load(private).public()),
        "private_key": base64url(private),
    }
