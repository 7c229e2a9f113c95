"""Refusals, as an aggregator tells them.

Source: draft-ietf-ppm-dap-18, section 3.5; RFC 9457.
"""

from __future__ import annotations

import json
from typing import Final

from edge_engine_sync.aggregator.parties import base64url

NAMESPACE: Final = "urn:ietf:params:ppm:dap:error:"
MEDIA: Final = "application/problem+json"

_TITLES: Final = {
    "invalidMessage": "The message is none of this protocol.",
    "unrecognizedTask": "There is no such task here.",
    "unrecognizedAggregationJob": "There is no such aggregation job.",
    "batchInvalid": "The query names no batch that could be collected.",
    "invalidBatchSize": "The batch has too few reports.",
    "invalidAggregationParameter": "The function of this task has no such aggregation parameter.",
    "batchMismatch": "The aggregators disagree on the reports of the batch.",
    "stepMismatch": "The aggregation job is not at this step.",
    "batchOverlap": "Some of these reports were collected in another batch.",
    "unsupportedExtension": "An extension is not known here.",
    "invalidExtension": "Extensions are out of order.",
}
_STATUSES: Final = {"unrecognizedTask": 404, "unrecognizedAggregationJob": 404}


class Problem(Exception):
    """A request that an aggregator does not answer.

    Attributes:
        token: DAP error token; empty where plain HTTP says it all.
        status: HTTP status.
        task: The task, where it is known.
    """

    def __init__(self, token: str = "", status: int = 0, task: bytes = b"") -> None:
        super().__init__(token or str(status))
        self.token = token
        self.status = status or _STATUSES.get(token, 400)
        self.task = task

    def body(self) -> bytes:
        """Return the problem document; it says nothing of what was sent."""
        document: dict[str, object] = {"status": self.status}
        if self.token:
            document |= {"type": NAMESPACE + self.token, "title": _TITLES[self.token]}
        if self.task:
            document["taskid"] = base64url(self.task)
        return json.dumps(document).encode()
