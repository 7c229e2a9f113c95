"""What ``docs/sync.md`` shows works as it stands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import edge_engine_sync
from tests.fakes.aggregators import HELPER, LEADER, NOW, Aggregators

if TYPE_CHECKING:
    import pytest

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "sync.md"
BLOCKS = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)


def test_the_ten_lines_deliver_a_report(monkeypatch: pytest.MonkeyPatch) -> None:
    servers = Aggregators()
    make = edge_engine_sync.Client
    monkeypatch.setattr(edge_engine_sync, "HttpsTransport", lambda: servers, raising=False)
    monkeypatch.setattr(
        edge_engine_sync, "Client", lambda transport: make(transport, lambda: NOW), raising=False
    )
    code = BLOCKS[0].replace("https://leader.example/", LEADER).replace("https://helper.example/", HELPER)
    names: dict[str, object] = {"task_id": bytes(32)}
    exec(code, names)  # noqa: S102 - the document's own code
    task = names["task"]
    assert isinstance(task, edge_engine_sync.Task)
    assert servers.count(task) == [0, 0, 0, 0, 0, 1, 0, 0]


def test_the_lines_without_a_network_add_up() -> None:
    exec(BLOCKS[1], {"task_id": bytes(32)})  # noqa: S102 - the document's own code
