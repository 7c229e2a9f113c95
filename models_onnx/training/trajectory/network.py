"""The trajectory network and its training: past weeks and state, then one answer a span; JAX, one thread, seeded."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import jax
import jax.numpy as jnp
import numpy as np

from edge_engine.inference.trajectory.inputs import AHEAD, PAST, STATE, WEEKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Parameters = dict[str, jax.Array]

QUANTILES: Final = (0.1, 0.5, 0.9)
HIDDEN: Final = 48
TRUNK: Final = 64
BUFFERS: Final = 4
"""Buffers that each example is asked about in training."""

_RISK_WEIGHT: Final = 0.15
_SPENT_WEIGHT: Final = 0.6


class Examples(NamedTuple):
    """What the network learns from, ``n`` origins.

    Attributes:
        weeks: float32[n, PAST, X].
        state: float32[n, X].
        ahead: float32[n, QUERIES, X].
        balance: float32[n, QUERIES], balance at the end of each span less that at the origin, scaled; NaN unknown.
        spent: float32[n, QUERIES], outflow of each span, scaled; NaN unknown.
        lowest: float32[n], lowest balance within the coming 30 days, scaled; NaN unknown.
        weight: float32[n].
    """

    weeks: NDArray[np.float32]
    state: NDArray[np.float32]
    ahead: NDArray[np.float32]
    balance: NDArray[np.float32]
    spent: NDArray[np.float32]
    lowest: NDArray[np.float32]
    weight: NDArray[np.float32]

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_] | slice) -> Examples:
        """Return some of the examples."""
        return Examples(*(column[rows] for column in self))


def joined(parts: list[Examples]) -> Examples:
    """Return all examples of all parts."""
    return Examples(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def begin(seed: int) -> Parameters:
    """Return untrained parameters."""
    generator = np.random.default_rng(seed)

    def matrix(rows: int, columns: int, gain: float = 1.0) -> jax.Array:
        return jnp.asarray(generator.normal(0, gain / np.sqrt(rows), (rows, columns)), jnp.float32)

    def zeros(n: int) -> jax.Array:
        return jnp.zeros(n, jnp.float32)

    return {
        "past": matrix(PAST * len(WEEKS), HIDDEN, 0.7),
        "past_bias": zeros(HIDDEN),
        "trunk": matrix(HIDDEN + len(STATE), TRUNK),
        "trunk_bias": zeros(TRUNK),
        "from_trunk": matrix(TRUNK, TRUNK),
        "from_ahead": matrix(len(AHEAD), TRUNK),
        "span_bias": zeros(TRUNK),
        "deep": matrix(TRUNK, TRUNK),
        "deep_bias": zeros(TRUNK),
        "out": matrix(TRUNK, 6, 0.3),
        "out_bias": jnp.asarray([-1.0, 0.0, -1.0, -1.0, 0.2, -1.0], jnp.float32),
        "risk_trunk": matrix(TRUNK, 32),
        "risk_buffer": matrix(2, 32),
        "risk_bias": zeros(32),
        "risk_out": matrix(32, 1),
        "risk_out_bias": zeros(1),
    }


def silu(values: jax.Array) -> jax.Array:
    """Return x * sigmoid(x)."""
    return values * jax.nn.sigmoid(values)


def remember(parameters: Parameters, weeks: jax.Array) -> jax.Array:
    """Return float32[n, HIDDEN]: what the past weeks come down to.

    Every week has weights of its own. A GRU in this place forecast no better (the card has the figures) and took
    four times as long on the device.
    """
    flat = weeks.reshape(len(weeks), -1)
    return silu(flat @ parameters["past"] + parameters["past_bias"])


def answer(
    parameters: Parameters,
    weeks: jax.Array,
    state: jax.Array,
    ahead: jax.Array,
    buffers: jax.Array,
    drop: jax.Array | None = None,
) -> tuple[jax.Array, jax.Array]:
    """Return quantiles float32[n, QUERIES, 6] and logits of risk float32[n, buffers].

    The six are p10, p50, p90 of the balance's change and of the outflow, scaled. ``drop`` is a dropout mask.
    """
    hidden = jnp.concatenate([remember(parameters, weeks), state], axis=1)
    trunk = silu(hidden @ parameters["trunk"] + parameters["trunk_bias"])
    if drop is not None:
        trunk = trunk * drop
    common = trunk @ parameters["from_trunk"] + parameters["span_bias"]
    span = silu(common[:, None, :] + ahead @ parameters["from_ahead"])
    span = silu(span @ parameters["deep"] + parameters["deep_bias"])
    raw = span @ parameters["out"] + parameters["out_bias"]
    apart = jax.nn.softplus(raw)
    quantiles = jnp.stack(
        [
            raw[..., 1] - apart[..., 0],
            raw[..., 1],
            raw[..., 1] + apart[..., 2],
            jax.nn.relu(raw[..., 4] - apart[..., 3]),
            jax.nn.relu(raw[..., 4]),
            jax.nn.relu(raw[..., 4] + apart[..., 5]),
        ],
        axis=-1,
    )
    balance = state[:, :1]
    places = jnp.stack([buffers, buffers - balance], axis=-1)
    risk = silu(
        (trunk @ parameters["risk_trunk"])[:, None, :]
        + places @ parameters["risk_buffer"]
        + parameters["risk_bias"]
    )
    return quantiles, (risk @ parameters["risk_out"] + parameters["risk_out_bias"])[..., 0]


def _loss(
    parameters: Parameters,
    batch: Examples,
    buffers: jax.Array,
    drop: jax.Array | None,
) -> jax.Array:
    quantiles, logits = answer(parameters, batch.weeks, batch.state, batch.ahead, buffers, drop)
    levels = jnp.asarray(QUANTILES)
    total = 0.0
    for part, truth, weight in ((slice(0, 3), batch.balance, 1.0), (slice(3, 6), batch.spent, _SPENT_WEIGHT)):
        known = ~jnp.isnan(truth)
        error = jnp.where(known, truth, 0.0)[..., None] - quantiles[..., part]
        pinball = jnp.maximum(levels * error, (levels - 1) * error).sum(-1)
        counted = known * batch.weight[:, None]
        total += weight * (pinball * counted).sum() / counted.sum()
    known = ~jnp.isnan(batch.lowest)
    below = jnp.where(known, batch.lowest, 0.0)[:, None] < buffers
    surprise = jax.nn.softplus(logits) - below * logits
    counted = (known * batch.weight)[:, None] * jnp.ones_like(logits)
    return total + _RISK_WEIGHT * (surprise * counted).sum() / counted.sum()


def _buffers(batch: Examples, generator: np.random.Generator) -> NDArray[np.float32]:
    """Return buffers to ask about: half a turnover, some share of the balance, anything, near the truth."""
    n = len(batch.state)
    balance = batch.state[:, 0]
    lowest = np.nan_to_num(batch.lowest)
    return np.stack(
        [
            np.full(n, 0.5),
            balance * generator.uniform(0, 1.1, n),
            generator.uniform(-0.3, 2.0, n),
            lowest + generator.normal(0, 0.3, n),
        ],
        axis=1,
    ).astype(np.float32)


class Recipe(NamedTuple):
    """How to train.

    Attributes:
        epochs: Passes over the examples.
        batch: Examples a step.
        rate: Highest learning rate; it rises over the first twentieth and falls along a cosine.
        decay: Weight decay.
        drop: Share of the trunk that is dropped.
        seed: Of order, dropout and buffers.
        average: Decay of the running average of the weights, which is what is returned.
    """

    epochs: int = 10
    batch: int = 512
    rate: float = 3e-3
    decay: float = 1e-3
    drop: float = 0.1
    seed: int = 0
    average: float = 0.998


def train(
    parameters: Parameters,
    draw: Callable[[int], Examples],
    recipe: Recipe,
    report: Callable[[int, float, Parameters], None] | None = None,
) -> Parameters:
    """Return trained parameters.

    Args:
        parameters: Where to start.
        draw: Gives the examples of an epoch.
        recipe: How to train.
        report: Called after each epoch with its number, the mean loss and the averaged parameters.
    """
    generator = np.random.default_rng(recipe.seed)
    first = draw(0)
    steps = recipe.epochs * (len(first.state) // recipe.batch)

    @jax.jit
    def step(carry, batch, buffers, drop, at):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        parameters, moment, square, mean = carry
        value, gradient = jax.value_and_grad(_loss)(parameters, batch, buffers, drop)
        norm = jnp.sqrt(sum(jnp.sum(g**2) for g in gradient.values()))
        scale = jnp.minimum(1.0, 1.0 / (norm + 1e-9))
        done = at / steps
        rate = recipe.rate * jnp.where(
            done < 0.05, done / 0.05, 0.5 + 0.5 * jnp.cos(jnp.pi * (done - 0.05) / 0.95)
        )
        out = ({}, {}, {}, {})
        keep = jnp.minimum(recipe.average, (at + 1) / (at + 10))
        for name, old in parameters.items():
            g = gradient[name] * scale
            out[1][name] = 0.9 * moment[name] + 0.1 * g
            out[2][name] = 0.999 * square[name] + 0.001 * g**2
            push = (
                out[1][name]
                / (1 - 0.9 ** (at + 1))
                / (jnp.sqrt(out[2][name] / (1 - 0.999 ** (at + 1))) + 1e-8)
            )
            held = recipe.decay if old.ndim == 2 else 0.0
            out[0][name] = old - rate * (push + held * old)
            out[3][name] = keep * mean[name] + (1 - keep) * out[0][name]
        return out, value

    zeros = {name: jnp.zeros_like(value) for name, value in parameters.items()}
    carry = (parameters, zeros, zeros, parameters)
    at = 0
    for epoch in range(recipe.epochs):
        examples = first if epoch == 0 else draw(epoch)
        losses = []
        for rows in _batches(len(examples.state), recipe.batch, generator):
            batch = examples.take(rows)
            kept = (generator.random((len(rows), TRUNK)) >= recipe.drop) / (1 - recipe.drop)
            carry, value = step(carry, batch, _buffers(batch, generator), kept.astype(np.float32), float(at))
            losses.append(value)
            at += 1
        if report is not None:
            report(epoch, float(np.mean(losses)), carry[3])
    return carry[3]


def _batches(n: int, size: int, generator: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    order = generator.permutation(n)
    for start in range(0, n - size + 1, size):
        yield order[start : start + size]


_ANSWER = jax.jit(answer)


def answers(
    parameters: Parameters, examples: Examples, buffers: NDArray[np.float32], batch: int = 2048
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return quantiles and logits of many examples."""
    found = []
    n = len(examples.state)
    for start in range(0, n, batch):
        part = examples.take(slice(start, start + batch))
        pad = batch - len(part.state) if n > batch else 0
        arrays = [part.weeks, part.state, part.ahead, buffers[start : start + batch]]
        arrays = [np.concatenate([a, np.zeros((pad, *a.shape[1:]), np.float32)]) for a in arrays]
        out = _ANSWER(parameters, *arrays)
        found.append([np.asarray(one)[: len(part.state)] for one in out])
    return np.concatenate([one[0] for one in found]), np.concatenate([one[1] for one in found])
