"""How a host reaches the back end of `tests.fakes.back_end`: an example of a connector over HTTP."""

from __future__ import annotations

import base64
import http.client
import json
from typing import TYPE_CHECKING

from edge_engine.actions.connector import Done, Refused, Reply, Unknown

if TYPE_CHECKING:
    from edge_engine.actions.connector import Order


class HttpConnector:
    """Asks over HTTP; whatever is not a clear answer is `Unknown`.

    Args:
        port: On loopback.
        timeout: Seconds to wait for an answer.
    """

    def __init__(self, port: int, timeout: float = 10) -> None:
        self._port = port
        self._timeout = timeout

    def perform(self, order: Order) -> Reply:
        """Do what the order says."""
        return self._ask("/perform", order)

    def undo(self, order: Order) -> Reply:
        """Take it back."""
        return self._ask("/undo", order)

    def _ask(self, path: str, order: Order) -> Reply:
        body = {"workflow": order.workflow, "action": order.action, "key": order.key} | {
            name: base64.b64encode(getattr(order, name)).decode()
            for name in ("packet", "encapsulated", "associated")
        }
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=self._timeout)
        try:
            connection.request("POST", path, json.dumps(body))
            answer = connection.getresponse()
            told = json.loads(answer.read())
            if answer.status != http.HTTPStatus.OK:
                return Unknown()
            if told["status"] == "done":
                return Done(told["reference"])
            return Refused(told["reason"])
        except (OSError, http.client.HTTPException, ValueError, KeyError):
            return Unknown()
        finally:
            connection.close()
