"""How long ranking fifty candidates and learning from the outcome takes.

Beside Vowpal Wabbit (contextual bandit with action features and the same products of features, read from text) and
MABWiser's linear Thompson sampling, in the same run. The peers are the extra ``bench``; without one its figures are
left out and that is said.
"""

from __future__ import annotations

import importlib
import statistics
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from edge_engine.decisions.features import CANDIDATE, CONTEXT, Candidates, Context
from edge_engine.decisions.posterior import Posterior
from edge_engine.decisions.ranking import Ranker
from tests.unit.decisions.worlds import SCALE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

COUNT = 50
ROUNDS = 40
NOISE = 0.25

Known = dict[str, float]


def known(rng: np.random.Generator, names: Sequence[str], n: int) -> list[Known]:
    """Return n times numbers for every name but ``always``."""
    return [
        dict(zip(names[1:], row, strict=True)) for row in rng.uniform(-1, 1, (n, len(names) - 1)).tolist()
    ]


def medians(work: Mapping[str, tuple[int, Callable[[], object]]]) -> dict[str, float]:
    """Return the median microseconds of each piece of work, run in turns so that all meet the same machine."""
    times: dict[str, list[float]] = {name: [] for name in work}
    for turn in range(ROUNDS + 2):
        for name, (runs, one) in work.items():
            for _ in range(runs):
                start = time.perf_counter()
                one()
                if turn > 1:
                    times[name].append(1e6 * (time.perf_counter() - start))
    return {name: statistics.median(some) for name, some in times.items()}


class Ours:
    """Contexts in turn, ranked, chosen and learned from."""

    def __init__(self, contexts: Sequence[Known], candidates: Sequence[Known]) -> None:
        self._known = contexts
        self._contexts = [Context.of(one) for one in contexts]
        self._candidates = Candidates.of(candidates)
        self._posterior = Posterior(1.0, NOISE)
        self._ranker = Ranker(self._posterior, np.random.default_rng(1))
        self._at = 0

    def decide(self) -> None:
        """Rank fifty candidates and learn from an outcome."""
        self._at = (self._at + 1) % len(self._contexts)
        ranking = self._ranker.rank(self._contexts[self._at], self._candidates)
        self._posterior.add(ranking.observe(0.5))

    def decide_from_numbers(self) -> None:
        """Do so from a context that comes as named numbers."""
        self._at = (self._at + 1) % len(self._contexts)
        ranking = self._ranker.rank(Context.of(self._known[self._at]), self._candidates)
        self._posterior.add(ranking.observe(0.5))


def vowpal(contexts: Sequence[Known], candidates: Sequence[Known]) -> dict[str, Callable[[], object]]:
    """Return a prediction from text, given as lines and as one text."""
    module: Any = importlib.import_module("vowpalwabbit")
    workspace = module.Workspace("--cb_explore_adf --epsilon 0.01 -q ca --quiet")

    def line(start: str, one: Known) -> str:
        return start + " always:1 " + " ".join(f"{name}:{number:.4f}" for name, number in one.items())

    actions = [line("|a", one) for one in candidates]
    lines = [[line("shared |c", one), *actions] for one in contexts]
    texts = ["\n".join(some) for some in lines]
    turn = [0]

    def predict(some: Sequence[object]) -> object:
        turn[0] = (turn[0] + 1) % len(some)
        return workspace.predict(some[turn[0]])

    return {"vowpal_lines_us": lambda: predict(lines), "vowpal_text_us": lambda: predict(texts)}


def mabwiser(arms: int, seed: int, rows: NDArray[np.float64], noise: float = NOISE) -> Any:  # noqa: ANN401
    """Return MABWiser's linear Thompson sampler, which has to be fitted before its first choice."""
    module: Any = importlib.import_module("mabwiser.mab")
    policy = module.LearningPolicy.LinTS(alpha=noise, l2_lambda=1.0)
    one = module.MAB(arms=list(range(arms)), learning_policy=policy, seed=seed)
    one.fit([at % arms for at in range(len(rows))], [0.0] * len(rows), rows)
    return one


def speed() -> dict[str, float | str]:
    """Return how long each takes, and the ratios."""
    rng = np.random.default_rng(0)
    contexts, candidates = known(rng, CONTEXT, 100), known(rng, CANDIDATE, COUNT)
    ours = Ours(contexts, candidates)
    work: dict[str, tuple[int, Callable[[], object]]] = {
        "ranked_sampled_updated_us": (25, ours.decide),
        "from_named_numbers_us": (25, ours.decide_from_numbers),
    }
    missing: dict[str, float | str] = {}
    try:
        work |= {name: (10, one) for name, one in vowpal(contexts, candidates).items()}
    except ModuleNotFoundError:
        missing["vowpal_text_us"] = "not installed: pip install edge-engine[bench]"
    try:
        rows = np.array([Context.of(one).numbers / SCALE for one in contexts])
        peer = mabwiser(COUNT, 1, rows)
        work["mabwiser_predict_us"] = (2, lambda: peer.predict(rows[:1]))
        work["mabwiser_update_us"] = (2, lambda: peer.partial_fit([3], [0.5], rows[:1]))
    except ModuleNotFoundError:
        missing["mabwiser_predict_us"] = "not installed: pip install edge-engine[bench]"
    figures: dict[str, float | str] = {**medians(work), **missing}
    mine = figures["ranked_sampled_updated_us"]
    for name, parts in {
        "vowpal_lines_over_ours": ("vowpal_lines_us",),
        "vowpal_text_over_ours": ("vowpal_text_us",),
        "mabwiser_over_ours": ("mabwiser_predict_us", "mabwiser_update_us"),
    }.items():
        numbers = [one for part in parts if isinstance(one := figures.get(part), float)]
        if len(numbers) == len(parts) and isinstance(mine, float):
            figures[name] = sum(numbers) / mine
    return figures


def measure() -> dict[str, float | str]:
    """Return the figures by name."""
    return speed()
