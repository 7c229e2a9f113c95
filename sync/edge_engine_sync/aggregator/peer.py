"""How the leader asks the helper, and what its answers mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edge_engine_sync.aggregator.parties import base64url
from edge_engine_sync.client import read_problem
from edge_engine_sync.errors import UploadError
from edge_engine_sync.keys import resource

if TYPE_CHECKING:
    from edge_engine_sync.aggregator.parties import AggregatorTask
    from edge_engine_sync.transport import Transport

FINAL: Final = frozenset(
    {
        "invalidMessage",
        "invalidAggregationParameter",
        "unsupportedExtension",
        "invalidExtension",
        "batchInvalid",
        "batchOverlap",
        "batchMismatch",
        "invalidBatchSize",
    }
)
"""Problems that the same question would meet again; all others may pass, such as a task that the helper has not yet."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The helper will not answer this question, ever."""

    problem: str


class NoAnswer(Exception):
    """There is no answer yet; the same question may be asked again."""


def ask(
    transport: Transport, task: AggregatorTask, what: str, media: tuple[str, str], body: bytes
) -> bytes | Refused:
    """Ask the helper and return the body of its answer.

    Args:
        transport: How it is reached.
        task: The task.
        what: The resource, below the task's.
        media: Media types of the question and of the answer.
        body: The question; the same bytes each time it is asked.

    Raises:
        NoAnswer: There is none yet.
    """
    url = resource(task.task.configuration.helper, f"tasks/{base64url(task.task.task_id)}/{what}")
    headers = {"Content-Type": media[0], "Authorization": f"Bearer {task.token}"}
    try:
        answer = transport.request("POST", url, headers, body)
    except UploadError:
        raise NoAnswer from None
    if 200 <= answer.status < 300:
        if not answer.body or not answer.is_media(media[1]):
            raise NoAnswer
        return answer.body
    problem = read_problem(answer)
    if 400 <= answer.status < 500 and problem in FINAL:
        return Refused(problem)
    raise NoAnswer
