"""The documentation of a catalogue, made of the catalogue itself: ``docs/signals.md``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_engine.signals.catalogue import MICRO, SignalType
from edge_engine.signals.preview import noise_in_words
from edge_engine.signals.sizes import sizes_of

if TYPE_CHECKING:
    from edge_engine.signals.catalogue import Catalogue, Signal

_HEAD = """# Signals

Made by `edge-engine signals document` from `policies/edge_engine_policies/signals.toml`; do not edit.

Everything that this engine can ever count over many people. Nothing is counted before the person grants the purposes
named, and each contribution is cut to its bounds, charged to the privacy budget of the device, split so that no single
server can read it, and sent under a consent that is checked as it goes. Merchants, amounts, balances, dates, sensitive
spending and changes in somebody's life are never part of it.
"""


def markdown(catalogue: Catalogue) -> str:
    """Return the documentation of a catalogue."""
    budget = catalogue.budget
    lines = [
        _HEAD,
        (
            f"Catalogue {catalogue.version}, {catalogue.issued}. Budget of a device: epsilon {budget.epsilon:g}"
            f" (delta {budget.delta:g}) in {budget.epoch_days} days. {budget.reason}"
        ),
        "",
        "| signal | what | every | epsilon | fewest people | measured |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| [{one.id}](#{one.id}) | {one.title} | {one.cadence_days} days | {one.epsilon:g} | {one.min_batch:,} |"
        f" {'yes' if one.measured else 'not yet'} |"
        for one in catalogue
    ]
    total = sum(one.loss * (budget.epoch_days // one.cadence_days) for one in catalogue)
    lines += [
        "",
        f"All of them together cost {total / MICRO:g} of {budget.epsilon:g} in {budget.epoch_days} days.",
        "",
    ]
    for one in catalogue:
        lines += _section(one)
    return "\n".join(lines)


def _section(signal: Signal) -> list[str]:
    sizes = sizes_of(signal, None)
    shares = (
        f"{sizes.public_share:,} for both servers, {sizes.leader_share:,} for the leader,"
        f" {sizes.helper_share:,} for the helper"
    )
    rows = [
        ("purposes", ", ".join(f"`{one}`" for one in signal.purposes)),
        ("kinds of data", ", ".join(f"`{one}`" for one in signal.data)),
        ("type", _type(signal)),
        ("sensitivity", f"{signal.sensitivity} (L1)"),
        ("noise", noise_in_words(signal)),
        ("privacy loss", f"epsilon {signal.epsilon:g}, {'pure' if signal.pure else 'as epsilon²/2 of zCDP'}"),
        (
            "contributions",
            f"one in {signal.cadence_days} days; never summed over fewer than {signal.min_batch:,} people",
        ),
        ("bytes of a report", f"{sizes.report:,}, whatever the value ({shares})"),
        ("owner", signal.owner),
        ("expires", str(signal.expires)),
    ]
    if not signal.measured:
        rows.append(("not measured yet", signal.missing))
    return [
        f"## {signal.id}",
        "",
        f"{signal.counts} *{signal.reason}*",
        "",
        "| | |",
        "|---|---|",
        *(f"| {name} | {value} |" for name, value in rows),
        "",
    ]


def _type(signal: Signal) -> str:
    entries = ", ".join(signal.entry(at) for at in range(signal.length))
    if signal.type is SignalType.HISTOGRAM:
        return f"histogram of {signal.length} buckets: {entries}"
    bounds = f"{signal.low} to {signal.high}"
    if signal.type in (SignalType.SUM, SignalType.COUNT):
        return f"{signal.type.value}, {bounds}"
    around = f" ({signal.center} stands for nothing)" if signal.center else ""
    return f"{signal.type.value} of {signal.length} entries, each {bounds}{around}: {entries}"
