from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from edge_engine.consent.policy import Policy
from edge_engine.consent.purpose import Gate
from edge_engine.decisions.experiments import FILE, Experiments
from edge_engine.errors import PolicyError
from tests.unit.decisions.definitions import HEAD, ORDER, SPLIT, THREE, experiments
from tests.unit.decisions.mistakes import Mistake, assert_told, document, shipped, validator

if TYPE_CHECKING:
    from pathlib import Path

GOOD = HEAD + THREE + ORDER
WHERE = 'control = "grey"'


def where(condition: str) -> str:
    return f"{WHERE}\nwhere = [{{ {condition} }}]"


MISTAKES = [
    Mistake("schema = 1", "schema = 2", "schema must be 1", "schema"),
    Mistake('says = "The shop"', "says =", "this is not TOML", "says =", between=True),
    Mistake('id = "shop"', 'id = "Shop"', "not in snake_case", "Shop"),
    Mistake('id = "home"', 'id = "shop"', "namespace shop is there twice", 'id = "shop"', between=True),
    Mistake('says = "The shop"', 'says = " "', "says needs words for people", "says"),
    Mistake("holdout = 500", "holdout = 0", "a holdout is always on", "holdout = 0"),
    Mistake("holdout = 500", "holdout = 2001", "from 100 to 2000 buckets", "holdout = 2001"),
    Mistake("holdout = 500\n", "", "the field holdout is missing", "[[namespace]]"),
    Mistake("holdout = 500", "holdout = true", "holdout must be a whole number", "holdout"),
    Mistake('id = "order"', 'id = "colour"', "layer colour is there twice", 'id = "colour"', between=True),
    Mistake(
        'namespace = "home"', 'namespace = "away"', "no namespace away", 'namespace = "away"', between=True
    ),
    Mistake('id = "three"', 'id = "3"', "not in snake_case", 'id = "3"'),
    Mistake('id = "new_order"', 'id = "three"', "three is there twice", 'id = "three"', between=True),
    Mistake(
        'layer = "colour"', 'layer = "smell"', "there is no layer smell", 'layer = "smell"', between=True
    ),
    Mistake("first = 0", "first = -1", "first and buckets name buckets", "buckets = 10000"),
    Mistake("buckets = 10000\nasks", "buckets = 0\nasks", "first and buckets name buckets", "buckets = 0"),
    Mistake("first = 0", "first = 1", "first and buckets name buckets", "buckets = 10000", between=True),
    Mistake('asks = "Which colour?"', 'asks = ""', "asks needs words for people", "asks"),
    Mistake('owner = "the shop"', 'owner = ""', "owner needs words for people", "owner"),
    Mistake('measure = "acted"', 'measure = "It acted"', "measure names an outcome", "measure"),
    Mistake("ends = 2026-07-01", "ends = 2026-01-01", "ends after it starts", "ends", between=True),
    Mistake("ends = 2026-07-01", "ends = 2028-07-01", "730 days later at most", "ends", between=True),
    Mistake("ends = 2026-07-01", 'ends = "soon"', "ends: ", "ends"),
    Mistake(WHERE, 'control = "red"', "control names the arm", "control", between=True),
    Mistake(WHERE + "\n", "", "control names the arm", "[[experiment]]"),
    Mistake("rollout = 1000", 'rollout = 1000\ncontrol = "on"', "a rollout, which has one arm", "control"),
    Mistake("rollout = 1000", "rollout = 10001", "rollout is from 0 to 10000", "rollout"),
    Mistake('id = "lime"', 'id = "green"', "arm green is there twice", "arms", between=True),
    Mistake('id = "lime"', 'id = "Lime"', "the id of this arm", "arms"),
    Mistake("buckets = 2000", "buckets = 1999", "add up to 10000, not 9999", "arms", between=True),
    Mistake("buckets = 2000", "buckets = 0", "the arm lime has at least one bucket", "arms"),
    Mistake("buckets = 2000", "bucket = 2000", "there is no field bucket", "arms"),
    Mistake('colour = "lime"', '"Colour!" = "lime"', "settings of the arm lime", "arms"),
    Mistake('colour = "lime"', "colour = [1]", "arms must be", "arms"),
    Mistake(WHERE, where('fact = "income", at_least = 1'), "there is no fact income", "where"),
    Mistake(WHERE, where('fact = "engagement"'), "the condition on engagement says nothing", "where"),
    Mistake(WHERE, where('fact = "engagement", is = "high"'), "does not fit a number", "where"),
    Mistake(WHERE, where('fact = "money_style", at_least = 1'), "does not fit a word", "where"),
    Mistake(
        WHERE, where('fact = "money_style", is = "saver", in = ["saver"]'), "does not fit a word", "where"
    ),
    Mistake(WHERE, where('fact = "money_style", is = "miser"'), "a value that it cannot have", "where"),
    Mistake(WHERE, where('fact = "money_style", in = []'), "a value that it cannot have", "where"),
    Mistake(WHERE, where('fact = "engagement", below = 1.5'), "a value that it cannot have", "where"),
    Mistake(
        WHERE,
        where('fact = "engagement", at_least = 0.5, below = 0.5'),
        "can never hold",
        "where",
        between=True,
    ),
    Mistake(
        WHERE, where('fact = "engagement", below = 1, confidence = 2'), "confidence is from 0 to 1", "where"
    ),
    Mistake(WHERE, where('fact = "engagement", under = 1'), "there is no field under", "where"),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda one: f"{one.new[:24]}-{one.says}")
def test_a_mistake_is_told_with_its_line(mistake: Mistake) -> None:
    text = GOOD.replace(mistake.old, mistake.new, 1)
    assert text != GOOD
    with pytest.raises(PolicyError) as error:
        Experiments.parse(text)
    assert_told(error, mistake, text, FILE)


@pytest.mark.parametrize(
    "mistake", [one for one in MISTAKES if not one.between], ids=lambda one: f"{one.new[:24]}-{one.says}"
)
def test_what_the_loader_refuses_the_schema_refuses(mistake: Mistake) -> None:
    assert list(validator("experiments").iter_errors(document(GOOD.replace(mistake.old, mistake.new, 1))))


@pytest.mark.parametrize("text", [shipped(FILE), GOOD, HEAD + SPLIT], ids=["shipped", "small", "split"])
def test_good_files_fit_the_loader_and_the_schema(text: str) -> None:
    assert Experiments.parse(text).experiments
    assert [error.message for error in validator("experiments").iter_errors(document(text))] == []


def test_experiments_may_share_buckets_one_after_the_other_but_not_at_the_same_time() -> None:
    again = THREE.replace('"three"', '"again"').replace("2026-07-01", "2026-12-01")
    after = again.replace("starts = 2026-01-01", "starts = 2026-07-01")
    assert set(experiments(THREE, after).of_layer("colour")) == {"three", "again"}
    with pytest.raises(
        PolicyError, match=r"experiments\.toml:\d+: its buckets are those of three at the same time"
    ):
        experiments(THREE, again.replace("starts = 2026-01-01", "starts = 2026-06-30"))


def test_what_ships_asks_nothing_that_its_consent_does_not_cover() -> None:
    policy = Policy.default()
    decidable = frozenset[str]().union(
        *(rule.data for rule in policy.speaking_of("experiments") if Gate.DECIDE in rule.gates)
    )
    shipped_ones = Experiments.default().experiments.values()
    assert any(one.data() for one in shipped_ones)
    for one in shipped_ones:
        assert one.data() <= decidable, f"{one.id} is targeted by data that `experiments` may not decide with"


def test_a_rollout_is_told_from_an_experiment() -> None:
    both = experiments(THREE, ORDER)
    assert both.experiments["new_order"].is_rollout
    assert not both.experiments["three"].is_rollout
    assert both.experiments["three"].arm("pink") is None
    assert both.namespace_of(both.experiments["new_order"]).id == "home"


def test_a_folder_is_read_and_a_missing_or_damaged_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"experiments\.toml: the file cannot be read"):
        Experiments.load(tmp_path)
    (tmp_path / FILE).write_bytes(GOOD.encode() + b"# caf\xe9")
    with pytest.raises(PolicyError, match=r"experiments\.toml:\d+: the file is not UTF-8"):
        Experiments.load(tmp_path)
    (tmp_path / FILE).write_text(GOOD)
    assert Experiments.load(tmp_path).digest == Experiments.parse(GOOD).digest


def test_deciding_who_sees_what_loads_neither_numpy_nor_a_model() -> None:
    code = (
        "import sys, edge_engine.decisions.assignment, edge_engine.decisions.analysis\n"
        "from edge_engine.decisions.experiments import Experiments\n"
        "Experiments.default()\n"
        "print(sorted({'numpy', 'onnxruntime'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
