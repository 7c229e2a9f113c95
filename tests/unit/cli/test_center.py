"""``center``: what the command prints, needs and refuses; what it serves is tested beside the pages."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

from edge_engine.actions.review import STATEMENT, Statement
from edge_engine.cli import center, center_demo
from edge_engine.clock import SystemClock
from tests.fakes.visitor import Visitor

if TYPE_CHECKING:
    import pytest

    from tests.unit.cli.conftest import Command


def test_without_the_extra_it_says_how_to_install_it(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(center, "find_spec", lambda _: None)
    told = command("center")
    assert told.status == 1
    assert "pip install 'edge-engine[center]'" in told.err
    assert told.err.rstrip().endswith("[input]")


def test_the_link_is_printed_whole_and_interrupting_ends_it_in_peace() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "edge_engine.cli.main", "center", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        told = ""
        while not told.rstrip().endswith("}"):
            line = process.stdout.readline()
            assert line, process.communicate()[1]
            told += line
        link = json.loads(told)["link"]
        visitor = Visitor(link, desk=None)  # type: ignore[arg-type] # it is another process's
        assert visitor.enter().status == 303
        assert visitor.get("consent").status == 200
        refused = visitor.get("consent", {"host": "evil.example"})
        assert refused.status == 421
    finally:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode in (0, 130)
    assert out == ""
    assert "edge-engine center: a request was refused [center.host]" in err
    assert "Traceback" not in err


def test_one_server_alone_is_refused(command: Command) -> None:
    told = command("center", "--leader", "https://leader.example/")
    assert told.status == 1
    assert "two servers" in told.err


def test_the_offer_names_the_command_and_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert center.offer().endswith("edge-engine center --demo")
    monkeypatch.setattr(center, "find_spec", lambda _: None)
    assert "edge-engine center --demo" in center.offer()
    assert "pip install 'edge-engine[center]'" in center.offer()


def test_the_demo_household_has_something_for_every_page() -> None:
    with ExitStack() as closing:
        engine, around = center_demo.household(closing)
        assert around.leader.startswith("https://localhost:")
        assert around.helper.startswith("https://localhost:")
        assert {one.kind for one in engine.reviews.pending()} == {"loan", "round_up_saving"}
        off = {one.purpose for one in engine.consent.state() if not one.granted}
        assert off == center_demo.LEFT_OFF
        assert engine.transactions(limit=1).total > 500
        (loan,) = [one for one in engine.reviews.pending() if one.kind == "loan"]
        now = int(SystemClock().now().timestamp())
        word = Statement(STATEMENT, loan.id, loan.digest, "approve", center_demo.DESK, now, now + 60)
        signer = around.signer
        assert signer is not None
        assert engine.reviews.approve(loan.id, signed=signer.sign(word)).state == "approved"
        done = engine.sync(hurry=True)
        assert done.sent
        assert done.problems == {}
