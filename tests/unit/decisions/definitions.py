"""Small files of experiments for tests."""

from __future__ import annotations

from edge_engine.decisions.experiments import Experiments

HEAD = """\
schema = 1

[[namespace]]
id = "shop"
says = "The shop"
holdout = 500

[[namespace]]
id = "home"
says = "The first screen"
holdout = 100

[[layer]]
id = "colour"
namespace = "shop"

[[layer]]
id = "order"
namespace = "home"
"""

THREE = """
[[experiment]]
id = "three"
layer = "colour"
first = 0
buckets = 10000
asks = "Which colour?"
owner = "the shop"
measure = "acted"
starts = 2026-01-01
ends = 2026-07-01
control = "grey"
arms = [
    { id = "grey", buckets = 5000 },
    { id = "green", buckets = 3000, settings = { colour = "green" } },
    { id = "lime", buckets = 2000, settings = { colour = "lime", bright = true } },
]
"""

ORDER = """
[[experiment]]
id = "new_order"
layer = "order"
first = 0
buckets = 10000
asks = "Is the new order ready?"
owner = "home"
measure = "opened"
starts = 2026-01-01
ends = 2026-07-01
rollout = 1000
arms = [{ id = "on", buckets = 10000 }]
"""

SPLIT = THREE.replace('"three"', '"left"').replace(
    "buckets = 10000\nasks", "buckets = 4000\nasks"
) + THREE.replace('"three"', '"right"').replace("first = 0\nbuckets = 10000", "first = 4000\nbuckets = 6000")


def experiments(*texts: str) -> Experiments:
    """Return what the head and some experiments define."""
    return Experiments.parse(HEAD + "".join(texts))
