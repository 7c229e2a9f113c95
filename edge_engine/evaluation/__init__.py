"""Measures the installed models: ``edge-engine models eval NAME --data PATH``, on data that somebody names.

One module a model, of the model's name, each with two functions::

    evaluate(data: Path | None) -> Any               the figures, as ``--json`` prints them
    tables(figures: Any) -> Iterable[Table]          the same for people

A module that is here is a choice of the command: nothing else has to be told. One that simulates what it measures on
takes no data.
"""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast

from edge_engine.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Table:
    """Figures for people.

    Attributes:
        title: A line above it.
        columns: Headings.
        rows: Cells, as many as headings.
        right: Headings of the columns that hold numbers.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: Sequence[str] = ()


class Evaluation(Protocol):
    """What a module of this package is."""

    def evaluate(self, data: Path | None) -> Any:  # noqa: ANN401 - each model has its own figures
        """Measure the installed model on ``data``.

        Raises:
            InputError: The data is not named, not there, or not of the kind that this model needs.
        """
        ...

    def tables(self, figures: Any) -> Iterable[Table]:  # noqa: ANN401
        """Return the figures for people."""
        ...


def required(data: Path | None) -> Path:
    """Return the data of a model that cannot be measured without any.

    Raises:
        InputError: It was not named.
    """
    if data is None:
        raise InputError("this model is measured on data: name it with --data")
    return data


def evaluation(name: str) -> Evaluation:
    """Return what measures a model.

    Raises:
        InputError: Nothing measures a model of this name.
    """
    module = f"{__name__}.{name}"
    if not (name.isidentifier() and importlib.util.find_spec(module)):
        raise InputError("there is no evaluation of a model of this name")
    return cast("Evaluation", importlib.import_module(module))
