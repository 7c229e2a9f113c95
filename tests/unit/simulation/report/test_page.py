"""The page of a report: sentences that follow from figures, plots that are drawn of them, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import msgspec
import pytest

from edge_engine.cli.main import main
from edge_engine.signals.catalogue import Catalogue
from edge_engine.simulation import record
from edge_engine.simulation.record import Categorized, Forecasts, SignalGiven, Work
from edge_engine.simulation.report import words
from edge_engine.simulation.report.figures import figures
from edge_engine.simulation.report.folder import write
from edge_engine.simulation.report.page import page
from edge_engine.simulation.report.sections import sections
from edge_engine.simulation.report.surface import Axis, spaced
from edge_engine.simulation.trial import settled
from tests.unit.simulation.report.made import SETTINGS, candidate, device, suggested

if TYPE_CHECKING:
    from pathlib import Path

    from edge_engine.simulation.record import DeviceRecord
    from edge_engine.simulation.report.figures import Figures


def rich() -> list[DeviceRecord]:
    """Devices with something of everything."""
    pair = (candidate("bill_reminder", 0.1), candidate("cashback", 0.3))
    return [
        device(
            at, holdout=at % 4 == 0, left_on=20 if at % 5 == 0 else None, persona="saver" if at % 2 else "retired",
            categorized=(Categorized(0, 8, 1, 1), Categorized(1, 9, 1, 0)), silences={"rest": 3},
            suggested=() if at % 4 == 0 else (
                suggested(expected=0.1, best=0.3, candidates=pair, reaction="acted", value=900, stressed=at % 3 == 0),
                suggested("cashback", kind="cashback", expected=-0.1, best=0.1, reaction="closed", tired=1.2),
            ),
            value={"reminder": 900}, forecasts=(Forecasts("balance", 1, 5, 4, 1, 0),),
            signals=(SignalGiven("active_days", 5, (at % 8,), (at % 8,)),),
            work=Work(transactions=60, report_bytes=900, reports=2, looks=4),
        )
        for at in range(40)
    ]  # fmt: skip


def told(records: list[DeviceRecord], **changed: object) -> Figures:

    settings = msgspec.structs.replace(SETTINGS, devices=len(records), **changed)
    catalogue = Catalogue.default()
    return figures(records, settings, [], catalogue)


def test_every_part_has_a_sentence_and_its_plots_are_sound_svg() -> None:
    found = sections(told(rich()))
    assert len({one.id for one in found}) == len(found) == 11
    for section in found:
        for plot in section.plots:
            assert plot.sentence.endswith((".", "drawn."))
            assert "nan" not in (plot.wide + plot.narrow).lower()
            for drawn in (plot.wide, plot.narrow):
                if drawn:
                    root = ET.fromstring(drawn)  # noqa: S314 - our own
                    assert root.find("title") is not None
                    assert root.get("aria-labelledby")


def test_a_page_has_a_policy_that_knows_its_own_style_and_nothing_else() -> None:
    made = page(told(rich()))
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', made)
    style = re.search(r"<style>(.*?)</style>", made, re.DOTALL)
    assert policy is not None
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert "default-src &#39;none&#39;" in policy[1]
    assert digest in policy[1].replace("&#43;", "+")
    assert "<script" not in made
    assert " style=" not in made
    assert not re.search(r"(src|href)=\"(?!#|data:,)", made)
    assert "http://" not in made.replace("http://www.w3.org", "")


def test_names_are_escaped() -> None:
    shown = suggested("<b>", candidates=(candidate("<b>", 0.1),), kind="<i>", reaction="acted")
    made = page(told([device(0, suggested=(shown,), silences={"<u>": 1}, persona="<s>", value={"<i>": 4})]))
    assert not re.search(r"<(b|i|u|s)>", made)
    assert "&lt;b&gt;" in made


def test_a_run_in_which_nothing_happened_says_so() -> None:
    made = page(told([device(0, consents=((),) * 9)], holdout=0.0))
    for says in (
        "Everybody was treated alike", "Nobody agreed to suggestions", "nothing was chosen", "nobody was tired",
        "nothing can be said", "No outlook", "Nobody agreed to anything", "No device gave anything to be counted",
    ):  # fmt: skip
        assert says in made


def test_a_run_of_nobody_has_a_page() -> None:
    assert "No device took anything in" in page(told([]))


def test_a_flag_is_told_and_marked() -> None:
    records = [
        device(at, suggested=(suggested("insurance_check", stressed=True, expected=-0.3),))
        for at in range(12)
    ]
    found = told(records)
    assert words.fairness(found.fairness).startswith(
        "Flagged: “insurance check” (expected to do most of them more harm"
    )
    assert 'class="alarm"' in page(found)
    calm = told([device(at, suggested=(suggested(stressed=True),)) for at in range(12)])
    assert words.fairness(calm.fairness).startswith("No offer is flagged.")
    assert 'class="alarm"' not in page(calm)


def test_a_sure_difference_is_told_apart_from_one_that_is_not() -> None:
    def fleet(every: int) -> list[DeviceRecord]:
        return [device(at, holdout=at % 2 == 0, left_on=9 if at % (3 if at % 2 == 0 else every) == 0 else None)
                for at in range(900)]  # fmt: skip

    assert "Suggestions made more people stay" in words.retention(told(fleet(20), holdout=0.5).retention)
    assert "is not told apart from none" in words.retention(told(fleet(3), holdout=0.5).retention)
    few = words.retention(told(fleet(20)[:60], holdout=0.5).retention)
    assert "rests on too few" in few


def test_axes_are_round_and_hold_what_is_drawn() -> None:
    axis = Axis.over([0.013, 0.044])
    assert (axis.low, len(axis.ticks)) == (0.0, 6)
    assert axis.high == pytest.approx(0.05)
    assert Axis.over([-3.0, 17.0]).ticks == (-5.0, 0.0, 5.0, 10.0, 15.0, 20.0)
    assert Axis.over([]).share(1.0) == 1.0
    log = Axis.powers([12.0, 900.0])
    assert (log.low, log.high, log.share(10.0), log.share(1000.0)) == (10.0, 1000.0, 0.0, 1.0)


def test_labels_are_kept_apart_in_their_order() -> None:
    found = spaced([50.0, 51.0, 49.0], 10.0, 0.0, 100.0)
    assert found[2] + 10.0 <= found[0]
    assert found[0] + 10.0 <= found[1]
    assert max(spaced([99.0, 98.0], 10.0, 0.0, 100.0)) == 100.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run's folder, written by hand."""

    record.write_settings(tmp_path, settled(msgspec.structs.replace(SETTINGS, devices=40)))
    record.write_records(tmp_path / record.DEVICES, rich())
    record.write_aggregates(tmp_path, [])
    return tmp_path


def test_the_command_writes_both_files_the_same_each_time(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", "report", str(folder)]) == 0
    assert "report.html" in capsys.readouterr().out.replace("\n", "")
    first = [(folder / name).read_bytes() for name in ("figures.json", "report.html")]
    assert main(["simulate", "report", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["page"] == str(folder / "report.html")
    assert [(folder / name).read_bytes() for name in ("figures.json", "report.html")] == first


def test_without_what_writes_pages_there_are_figures(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    monkeypatch.delitem(sys.modules, "edge_engine.simulation.report.page", raising=False)
    monkeypatch.delattr("edge_engine.simulation.report.page", raising=False)
    assert write(folder).page == ""
    assert (folder / "figures.json").exists()
    assert not (folder / "report.html").exists()
    assert main(["simulate", "report", str(folder)]) == 0
    assert "extra sim" in capsys.readouterr().out


def test_a_folder_without_a_run_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "report", str(tmp_path)]) == 1
    assert "no finished run" in capsys.readouterr().err
