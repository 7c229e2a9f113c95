"""Publishes a prior that the fleet taught, as a model like any other: graph, golden answers, and a file of its weights.

The engine reads that file (role ``weights``), whose bytes the manifest vouches for; ports and other runtimes may run
the graph, which says the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

from edge_engine.decisions.features import CANDIDATE, CONTEXT, ONE, Candidates, Context
from edge_engine.inference import golden
from edge_engine.inference.golden import Case
from edge_engine.inference.manifest import Source
from training import publication

if TYPE_CHECKING:
    from pathlib import Path

    from edge_engine.decisions.fleet_prior import LinearPrior
    from edge_engine.inference.manifest import ModelEntry

NAME: Final = "fleet_prior"
INTERFACE: Final = 1
_CASES: Final = 8
_SEED: Final = 20261126


def build_graph(prior: LinearPrior) -> bytes:
    """Return the graph: ``context[6]`` and ``candidates[n, 5]``, numbers as they are, to ``means[n]``."""
    weights = numpy_helper.from_array(prior.weights.astype(np.float32), "weights")
    bounds = [numpy_helper.from_array(np.float32(end), name) for end, name in ((-1, "low"), (1, "high"))]
    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["context", "weights"], ["of_candidate"]),
            helper.make_node("MatMul", ["candidates", "of_candidate"], ["sum"]),
            helper.make_node("Clip", ["sum", "low", "high"], ["means"]),
        ],
        NAME,
        [
            info("context", TensorProto.FLOAT, [len(CONTEXT)]),
            info("candidates", TensorProto.FLOAT, ["n", len(CANDIDATE)]),
        ],
        [info("means", TensorProto.FLOAT, ["n"])],
        [weights, *bounds],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    checker.check_model(model, full_check=True)
    content: bytes = model.SerializeToString()
    return content


def golden_cases(prior: LinearPrior) -> list[Case]:
    """Return contexts and candidates with what the engine's own prior says of them."""
    rng = np.random.default_rng(_SEED)
    cases = []
    for number in range(1, _CASES + 1):
        context = Context.of(
            dict(zip(CONTEXT[1:], rng.uniform(-1, 1, len(CONTEXT) - 1).tolist(), strict=True))
        )
        rows = rng.uniform(-1, 1, (number, len(CANDIDATE) - 1)).tolist()
        candidates = Candidates.of([dict(zip(CANDIDATE[1:], row, strict=True)) for row in rows])
        cases.append(
            Case(
                {
                    "context": golden.given(context.numbers / ONE),
                    "candidates": golden.given(candidates.numbers / ONE),
                },
                {"means": golden.expected(prior.means(context, candidates))},
            )
        )
    return cases


def publish_prior(prior: LinearPrior, folder: Path) -> ModelEntry:
    """Write a prior and its manifest entry into a folder of models.

    Args:
        prior: The prior; its version must be greater than the one published before.
        folder: Where the manifest is.
    """
    place = folder / NAME
    place.mkdir(parents=True, exist_ok=True)
    (place / "card.md").write_text(_card(prior), "utf-8")
    origin = prior.file.origin
    return publication.publish(
        NAME,
        build_graph(prior),
        version=prior.file.version,
        interface=INTERFACE,
        cases=golden_cases(prior),
        tolerance=1e-5,
        sources=[Source(name=f"sum over {origin.devices} devices ({origin.signal})", license="Apache-2.0")],
        labels={"context": list(CONTEXT), "candidates": list(CANDIDATE)},
        numbers={"devices": float(origin.devices), "epsilon": origin.epsilon},
        files={"weights": ("weights.json", prior.file.encode())},
        folder=folder,
    )


def _card(prior: LinearPrior) -> str:
    origin, beside = prior.file.origin, prior.file.beside
    to_what = f" Its weights are added to what the model `{beside}` expects." if beside else ""
    return (
        f"# Fleet prior {prior.file.version}\n\n"
        "What suggestions are expected to bring, linear in the features of the ranking, before a device has learned "
        f"anything itself. Solved from one noisy sum of the signal `{origin.signal}` over {origin.devices:,} devices, "
        f"each of which lost epsilon {origin.epsilon:g}; nobody saw the numbers of one device. Features that rest on "
        f"balances have no weight.{to_what} How it is solved and what it brings: docs/fleet.md.\n"
    )
