from __future__ import annotations

import gzip
import hashlib
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from msgspec.structs import replace

from edge_engine.cli.main import main
from edge_engine.errors import InputError, ModelError
from edge_engine.evaluation import categorizer
from edge_engine.inference.manifest import File
from edge_engine.inference.registry import Registry
from tests.unit.inference.test_registry import shipped_copy

if TYPE_CHECKING:
    from pathlib import Path

ROWS = (
    "description,category16,source,n\n"
    "TESCO STORES 3217,groceries,a,7\n"
    "NETFLIX.COM,entertainment,a,2\n"
    "SHELL OIL 5744,auto_fuel,b,1\n"
    "SHELL OIL 9999,shopping,b,1\n"
)


def test_the_command_prints_the_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "rows.csv.gz"
    file.write_bytes(gzip.compress(ROWS.encode()))
    assert main(["models", "eval", "categorizer", "--data", str(file), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["overall"]["n"] == 4
    assert found["overall"]["accuracy"] == 0.75
    assert set(found["overall"]["precision_at_coverage"]) == {"50", "70", "90"}
    assert found["by_source"]["a"]["accuracy"] == 1.0
    assert {"macro_f1", "top3"} <= set(found["by_source"]["b"])
    assert found["corrections"]["a"]["100"] == 1.0
    assert found["corrections"]["b"] == {"0": 0.5, "100": 0.5, "200": 0.5}
    assert sum(found[part]["share"] for part in ("answered", "guessed", "silent")) == pytest.approx(
        1, abs=1e-3
    )
    assert set(found["coverage_at_precision"]) == {"90", "93", "95"}
    assert main(["models", "eval", "categorizer", "--data", str(file)]) == 0
    assert "By class" in capsys.readouterr().out


def test_people_of_each_country_are_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text(
        "description,category16,country\nTESCO STORES,groceries,GB\nNETFLIX.COM,home,US\n", "utf-8"
    )
    found = categorizer.evaluate(file)
    by_country = {country: one["accuracy"] for country, one in found["by_country"].items()}
    assert by_country == {"GB": 1.0, "US": 0.0}
    of_class = found["by_country_class"]
    assert of_class["GB"] == {"groceries": {"n": 1, "f1": 1.0, "recall": 1.0, "precision": 1.0}}
    assert of_class["US"]["home"]["recall"] == 0.0
    assert any(table.title == "By class, people in US" for table in categorizer.tables(found))


def test_coverage_at_a_precision_is_the_largest_share_that_holds_it() -> None:
    confidences = np.linspace(1, 0, 100)
    right = np.ones(100, bool)
    right[40:44] = False
    found = categorizer.coverage_at_precision(confidences, right)
    assert found == {"90": 1.0, "93": 1.0, "95": 1.0}
    right[44:] = False
    assert categorizer.coverage_at_precision(confidences, right) == {"90": 0.44, "93": 0.43, "95": 0.42}
    assert categorizer.coverage_at_precision(confidences, np.zeros(100, bool))["90"] is None


@pytest.mark.parametrize(
    "content",
    [b"", b"a,b\n1,2\n", b"description,category16\nx,astronomy\n", b"\x1f\x8bnot gzip", b"\xff\xfe\xff"],
)
def test_other_files_are_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(content)
    with pytest.raises(InputError, match="the rows to measure on"):
        categorizer.evaluate(file)
    with pytest.raises(InputError):
        categorizer.evaluate(tmp_path / "absent.csv")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            "description,category16\nTESCO,groceries\nSHELL,crypto\n",
            r"row 2 .* the class 'crypto'.* groceries, ",
        ),
        ("description,category16\n", "none: the file ends after its columns"),
        (
            "description,category16\nTESCO,groceries\n" + "a" * 200_000 + ",groceries\n",
            "line 3 .* longer than",
        ),
        *(
            (f"description,category16,n\nTESCO,groceries,2\nSHELL,auto_fuel,{n}\n", f"row 2 .* n '{n[:9]}")
            for n in ("1e9", "-5", "9" * 30, "2.5", "many", "nan", "100000001")
        ),
        ("description,category16,n\nTESCO,groceries,0\nSHELL,auto_fuel,0\n", "n 0 in every row"),
    ],
)
def test_rows_that_cannot_be_measured_are_refused_by_their_number(
    tmp_path: Path, content: str, sentence: str
) -> None:
    file = tmp_path / "rows.csv"
    file.write_text(content, "utf-8")
    with pytest.raises(InputError, match=sentence):
        categorizer.evaluate(file)


def test_a_whole_number_may_be_written_as_a_fraction(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    found = []
    for n in ("3", "3.0"):
        file.write_text(
            f"description,category16,source,n\nTESCO,groceries,a,{n}\nSHELL,home,a,1\nNETFLIX,home,b,0\n",
            "utf-8",
        )
        found.append(categorizer.evaluate(file))
    assert found[0] == found[1]
    assert found[0]["corrections"]["a"]["0"] == 0.75
    assert "b" not in found[0]["corrections"]


@pytest.mark.parametrize(
    ("good", "bad", "code"),
    [
        ('"food.groceries"', '"food.nothing"', "model.refused"),
        ('["food.groceries"', "[[[", "model.refused"),
        ("", None, "model.missing"),
    ],
)
@pytest.mark.parametrize("digest", ["published", "other"])
def test_classes_that_are_not_the_published_ones_are_typed_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, good: str, bad: str | None, code: str, digest: str
) -> None:
    registry = shipped_copy(tmp_path)
    place = tmp_path / "categorizer" / "evaluation_classes.toml"
    if bad is None:
        place.unlink()
    else:
        place.write_text(place.read_text("utf-8").replace(good, bad), "utf-8")
        if digest == "published":
            content = place.read_bytes()
            entry = registry.entry("categorizer")
            file = File(
                entry.files["evaluation_classes"].path, hashlib.sha256(content).hexdigest(), len(content)
            )
            entry = replace(entry, files={**entry.files, "evaluation_classes": file})
            registry = Registry(registry.shelf, (entry,))
    monkeypatch.setattr(Registry, "default", lambda: registry)
    rows = tmp_path / "rows.csv"
    rows.write_text(ROWS, "utf-8")
    with pytest.raises(ModelError) as refused:
        categorizer.evaluate(rows)
    assert refused.value.code == code


def test_precision_at_coverage_takes_the_surest_rows() -> None:
    shares = np.array([[0.9, 0.1], [0.8, 0.2], [0.6, 0.4], [0.45, 0.55]])
    found = categorizer.measure(shares, np.array([0, 0, 1, 0]))
    assert found["accuracy"] == 0.5
    assert found["precision_at_coverage"] == {"50": 1.0, "70": 1.0, "90": 0.6667}
    assert found["top3"] == 1.0


def test_a_correction_teaches_every_row_of_its_merchant_right_or_wrong() -> None:
    rows = [
        {"description": "CORNER SHOP 1", "category16": "groceries", "n": "5"},
        {"description": "CORNER SHOP 2", "category16": "shopping", "n": "1"},
        {"description": "OTHER PLACE", "category16": "home", "n": "4"},
    ]
    wrong = np.zeros(3, bool)
    assert categorizer.corrected(rows, wrong, 0) == 0.0
    assert categorizer.corrected(rows, wrong, 1) == 0.5
    assert categorizer.corrected(rows, wrong, 2) == 0.9
