"""What both aggregators answer alike: their keys, whether they live, and who may ask what."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from edge_engine_sync.aggregator import batches
from edge_engine_sync.aggregator.parties import base64url, unbase64
from edge_engine_sync.aggregator.problems import Problem
from edge_engine_sync.aggregator.server import Reply
from edge_engine_sync.messages import MEDIA_HPKE_CONFIG_LIST, HpkeConfigList

if TYPE_CHECKING:
    from edge_engine_sync.aggregator.database import Database
    from edge_engine_sync.aggregator.parties import Aggregator, AggregatorTask
    from edge_engine_sync.aggregator.server import Request

KEYS_LIVE_SECONDS: Final = 3600


def answer_common(aggregator: Aggregator, database: Database, request: Request) -> Reply | None:
    """Return the answer to what is the same at both aggregators; nothing where the request is something else."""
    if request.path == ("hpke_config",):
        require(request, "GET")
        listed = HpkeConfigList(tuple(pair.config for pair in aggregator.keys)).encode()
        return Reply(200, MEDIA_HPKE_CONFIG_LIST, listed, {"Cache-Control": f"max-age={KEYS_LIVE_SECONDS}"})
    if request.path == ("healthz",):
        require(request, "GET")
        with database.transaction() as connection:
            tallies = batches.tallies(connection)
        told = {base64url(task): found for task, found in tallies.items()}
        return Reply(200, "application/json", json.dumps({"reports": told}).encode())
    return None


def find_task(aggregator: Aggregator, request: Request) -> tuple[AggregatorTask, tuple[str, ...]]:
    """Return the task that a request is about and what is left of its path.

    Raises:
        Problem: There is no such task, or nothing at this path.
    """
    if len(request.path) < 3 or request.path[0] != "tasks":
        raise Problem(status=404)
    try:
        task = aggregator.tasks.get(unbase64(request.path[1]))
    except ValueError:
        task = None
    if task is None:
        raise Problem("unrecognizedTask")
    return task, request.path[2:]


def identifier(text: str, size: int, task: AggregatorTask) -> bytes:
    """Return the identifier of a resource as it stands in a path.

    Raises:
        Problem: It is none.
    """
    try:
        found = unbase64(text)
    except ValueError:
        found = b""
    if len(found) != size:
        raise Problem(status=404, task=task.task.task_id)
    return found


def authenticate(task: AggregatorTask, request: Request) -> None:
    """Refuse whoever does not show the task's token.

    Raises:
        Problem: The token is missing or another.
    """
    if not task.admits(request.token()):
        raise Problem(status=401, task=task.task.task_id)


def require(request: Request, *methods: str, media: str = "") -> None:
    """Refuse a method or media type that a resource does not have.

    Raises:
        Problem: It is another.
    """
    if request.method not in methods:
        raise Problem(status=405)
    if media and not request.is_media(media):
        raise Problem(status=415)


def location(request: Request, *tail: str) -> str:
    """Return the address of a resource below the one that was asked, relative to it.

    The server may stand behind others under a name that it does not know; so the address has none.
    """
    return "/".join((request.path[-1], *tail))
