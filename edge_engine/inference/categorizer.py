"""Names the category of a transaction: the model's word on its text, weighed with what the bank knows of it.

How an answer comes about, in this order:

1. The person's correction of this transaction, else of this merchant, is the answer; else what they taught of a
   merchant that this one is a variant of (`edge_engine.inference.variants`).
2. The model reads the text and gives every leaf a calibrated probability.
3. A merchant category code, the source's own category and the channel of payment each multiply the probability of
   the leaf, and of its group, that they speak for.
4. The sign rules (`edge_engine.inference.evidence.by_sign`): money that comes in is never spending.
5. Where neither code nor hint nor channel speaks and the text is not sure, the size of the amount multiplies the
   probability of each leaf a little (`edge_engine.inference.sizes`).
6. The most probable leaf of the most probable group is the answer, or none where it stays below ``abstain_below``.
   Group first: a text split between three kinds of eating out is still eating out.
7. Where neither code nor hint nor channel speaks for the answer, it is sure if its group is at least as probable as
   the model's mark for it (``sure_from_dining`` and so on); else it is a guess, and says so (ADR 16).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from edge_engine.domain.category import ABSTAIN, Taxonomy
from edge_engine.inference.evidence import Weighing, monotonous, promised
from edge_engine.inference.registry import SIZES, Registry
from edge_engine.inference.sizes import UNKNOWN, Sizes
from edge_engine.inference.variants import Variants

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from edge_engine.domain.category import Leaf
    from edge_engine.domain.transaction import Transaction
    from edge_engine.inference.corrections import Corrections
    from edge_engine.inference.evidence import Weighed
    from edge_engine.inference.manifest import ModelEntry
    from edge_engine.inference.registry import Loader
    from edge_engine.vault.writer import Categorized

MODEL: Final = "categorizer"

BATCH: Final = 256
"""Texts in one run of the graph: larger ones gain nothing and hold more memory."""

FEW: Final = 32
"""Texts, asked for together, whose answers are kept besides: what a day or a card brings."""

CACHED: Final = 8_192
"""Texts whose probabilities are kept: about 3 MB."""

EMBEDDING: Final = "embedding"
"""Output of the graph that places texts of one meaning near each other."""

VARIANT_PERMILLE: Final = 950
"""Confidence in what was taught of a variant, in parts per thousand."""

MAX_PARTS: Final = 3
"""Parts of a text that an answer names as its evidence."""

LEAST_PART: Final = 0.15
"""Share of the strongest part's weight below which a part is not worth naming."""


class Source(IntEnum):
    """What decided a category; the numbers are the vault's."""

    MODEL = 1
    MCC = 2
    CORRECTION = 3
    HINT = 4
    VARIANT = 5
    GUESS = 6


_Case = tuple[bytes, int, int, str, str, bool, int]
"""Input row, sign, code, hint, channel, whether the marks hold for the text, and the bucket of the amount's size."""

BY_TEXT: Final = frozenset((Source.MODEL, Source.GUESS))
"""What the text alone decided."""


class Categorization(msgspec.Struct, frozen=True):
    """The category of one text or transaction.

    Attributes:
        category: Leaf id, None where the model abstains.
        label: Words for people; empty where it abstains.
        confidence: Calibrated probability from 0 to 1.
        source: ``model``, ``guess`` where the model leans to it without being sure, ``mcc``, ``hint``, ``correction``,
            or ``variant``: of a merchant that was corrected.
        evidence: Parts of the text that decided, the strongest first.
    """

    category: str | None
    label: str
    confidence: float
    source: str
    evidence: tuple[str, ...] = ()


class Part(msgspec.Struct, frozen=True):
    """A part of a text and what it did for the answer.

    Attributes:
        text: The part as it stands in the text.
        weight: How many natural logarithms of odds the answer loses without it; negative where it spoke against.
    """

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Predictions:
    """Answers side by side, all of length ``n``.

    Attributes:
        leaves: int64[n], taxonomy codes, 0 where the model abstains.
        confidences: float64[n], from 0 to 1.
        sources: int64[n], see `Source`.
    """

    leaves: NDArray[np.int64]
    confidences: NDArray[np.float64]
    sources: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.leaves)


def subject(description: str, counterparty: str = "") -> str:
    """Return the text that the model reads for a transaction: who first, then what for, as only its start is read."""
    if counterparty and counterparty.casefold() not in description.casefold():
        return f"{counterparty} {description}"
    return description


def sure_from(entry: ModelEntry, leaves: Sequence[Leaf]) -> NDArray[np.float64]:
    """Return float64[leaves]: how probable the group of an answer must be for the model to be sure of it.

    A leaf without a mark of its own takes that of its group, a group without one ``sure_from``; a model without marks
    is sure of all that it says.

    Args:
        entry: The model's entry of the manifest.
        leaves: Those of the model's columns, in their order.
    """
    numbers, otherwise = entry.numbers, entry.numbers.get("sure_from", 0.0)
    return np.array(
        [numbers.get(mark_name(leaf.id), numbers.get(mark_name(leaf.group), otherwise)) for leaf in leaves]
    )


def mark_name(place: str) -> str:
    """Return the manifest's name for the mark of a leaf or a group of the taxonomy."""
    return f"sure_from_{place.replace('.', '_')}"


class Categorizer:
    """The model with everything it is weighed against.

    Args:
        models: Gives the model.
        taxonomy: Whose leaves the model's columns are.

    Raises:
        ModelMissing: The model is not installed.
        ModelRefused: It is not the published file, or not a graph that may run.
    """

    def __init__(self, models: Loader, taxonomy: Taxonomy) -> None:
        model = models.load(MODEL)
        self._entry, self._session = model.entry, model.session
        self._input, self._output = model.entry.input(), model.entry.output("probabilities")
        self._window = int(self._input.shape[1])
        self._abstain_below = model.entry.number("abstain_below")
        self._taxonomy = taxonomy
        labels = tuple(int(label) for label in self._output.labels)
        self._weighing = Weighing(taxonomy, labels)
        self._sizes = Sizes.of(model.files[SIZES], labels) if SIZES in model.files else None
        self._sure_from = sure_from(model.entry, [taxonomy.leaf(code) for code in labels])
        self._codes = np.array(labels, np.int64)
        self._lock = threading.Lock()
        self._places: dict[bytes, int] = {}
        self._answered: dict[_Case, tuple[int, float, int]] = {}
        self._remembered = np.empty((CACHED, len(labels)), np.float32)
        self._variants: tuple[Corrections, tuple[Variants, Variants]] | None = None

    @classmethod
    def load(cls, models: Loader | None = None, taxonomy: Taxonomy | None = None) -> Categorizer:
        """Load the model that ``models`` gives, which is the shipped one where none is given."""
        return cls(models or Registry.default(), taxonomy or Taxonomy.default())

    @property
    def version(self) -> str:
        """Name and version of the model, as the vault keeps them beside each answer."""
        return self._entry.id

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32[n, leaves]: what the model alone thinks, columns as the labels of the output.

        Texts that the graph cannot tell apart (see `folded`) are run once and remembered.
        """
        window = self._window
        keys = [folded(text, window) for text in texts]
        with self._lock:
            return self._read(keys)

    def _heard(self, keys: Sequence[bytes]) -> NDArray[np.float32]:
        """Return what `_read` does, one thread at a time: what is remembered is shared."""
        with self._lock:
            return self._read(keys)

    def _read(self, keys: Sequence[bytes]) -> NDArray[np.float32]:
        """Return float32[n, leaves] for input rows, running the graph on those that are not remembered."""
        try:
            return self._recalled(keys)
        except KeyError:
            new = [key for key in dict.fromkeys(keys) if key not in self._places]
        if len(new) > CACHED:
            half = len(keys) // 2
            return np.concatenate([self._read(keys[:half]), self._read(keys[half:])])
        if len(self._places) + len(new) > CACHED:
            self._places.clear()
            new = list(dict.fromkeys(keys))
            if len(new) > CACHED:
                return self._read(keys)
        for start in range(0, len(new), BATCH):
            chunk = new[start : start + BATCH]
            rows = np.frombuffer(b"".join(chunk), np.uint8).reshape(len(chunk), self._window)
            (out,) = self._session.run([self._output.name], {self._input.name: rows})
            at = len(self._places)
            self._remembered[at : at + len(chunk)] = out
            self._places.update(zip(chunk, range(at, at + len(chunk)), strict=True))
        return self._recalled(keys)

    def _recalled(self, keys: Sequence[bytes]) -> NDArray[np.float32]:
        """Return float32[n, leaves] for input rows that are remembered.

        Raises:
            KeyError: One of them is not.
        """
        if len(keys) == 1:
            # A slice costs half of a `take`, and one text at a time is how people type and banks push.
            at = self._places[keys[0]]
            return self._remembered[at : at + 1].copy()
        # `take` costs a third of an index by a list, but knows no type for an empty one.
        found: NDArray[np.float32] = (
            self._remembered.take([self._places[key] for key in keys], axis=0)
            if keys
            else np.empty((0, self._remembered.shape[1]), np.float32)
        )
        return found

    def predict(
        self,
        texts: Sequence[str],
        amounts: Sequence[int] | None = None,
        mccs: Sequence[int] | None = None,
        hints: Sequence[str] | None = None,
        channels: Sequence[str] | None = None,
        currencies: Sequence[str] | None = None,
    ) -> Predictions:
        """Answer for many texts at once; every column that is given must be as long as ``texts``.

        Args:
            texts: What the bank wrote, best by `subject`.
            amounts: Signed minor units, 0 where unknown.
            mccs: ISO 18245 codes, 0 where unknown.
            hints: Categories named by the source, such as ``plaid:TRAVEL_FLIGHTS``; empty where unknown.
            channels: Values of `edge_engine.domain.transaction.Channel`; empty where unknown.
            currencies: ISO 4217 codes of the amounts; where unknown, only their sign counts.
        """
        n, window = len(texts), self._window
        cases = list(
            zip(
                [folded(text, window) for text in texts],
                [(amount > 0) - (amount < 0) for amount in amounts] if amounts is not None else [0] * n,
                mccs if mccs is not None else [0] * n,
                hints if hints is not None else [""] * n,
                channels if channels is not None else [""] * n,
                [promised(seen(text, window)) for text in texts],
                self._buckets(amounts, currencies, n),
                strict=True,
            )
        )
        if n <= FEW:
            return self._few_answers(cases)
        places = {case: at for at, case in enumerate(dict.fromkeys(cases))}
        found = self._answers(list(places))
        back = [places[case] for case in cases]
        return Predictions(found.leaves[back], found.confidences[back], found.sources[back])

    def _few_answers(self, cases: Sequence[_Case]) -> Predictions:
        """Answer for few cases, as banks push payments; answers are remembered, as what the graph says is."""
        with self._lock:
            known = [self._answered.get(case) for case in cases]
        new = list(dict.fromkeys(case for case, one in zip(cases, known, strict=True) if one is None))
        if new:
            found = self._answers(new)
            columns = found.leaves.tolist(), found.confidences.tolist(), found.sources.tolist()
            answers = dict(zip(new, zip(*columns, strict=True), strict=True))
            known = [answers[case] if one is None else one for case, one in zip(cases, known, strict=True)]
            with self._lock:
                if len(self._answered) + len(answers) > CACHED:
                    self._answered.clear()
                self._answered.update(answers)
        rows = [one for one in known if one is not None]
        return Predictions(
            np.array([leaf for leaf, _, _ in rows], np.int64),
            np.array([confidence for _, confidence, _ in rows], np.float64),
            np.array([source for _, _, source in rows], np.int64),
        )

    def _buckets(self, amounts: Sequence[int] | None, currencies: Sequence[str] | None, n: int) -> list[int]:
        sizes = self._sizes
        if sizes is None or amounts is None or currencies is None:
            return [UNKNOWN] * n
        return [sizes.bucket(*one) for one in zip(amounts, currencies, strict=True)]

    def _answers(self, cases: Sequence[_Case]) -> Predictions:
        """Answer for cases that are all different."""
        if not cases:
            return Predictions(np.empty(0, np.int64), np.empty(0), np.empty(0, np.int64))
        keys, signs, mccs, hints, channels, marked, buckets = zip(*cases, strict=True)
        heard = self._heard(keys)
        weighed = self._weighing.weigh(heard, signs, mccs, hints, channels)
        best, _, shares = self._weighing.decided(weighed.probabilities)
        confidences = weighed.probabilities[np.arange(len(cases)), best].astype(np.float64)
        firm = (shares >= self._sure_from[best]) & np.array(marked) & (confidences >= self._abstain_below)
        firm &= ~np.array([monotonous(key) for key in keys])
        best, confidences = self._sized(weighed, best, confidences, firm, np.array(signs), np.array(buckets))
        silent = confidences < self._abstain_below
        backed = (weighed.by_hint == best) | (weighed.by_mcc == best)
        sure = silent | backed | firm
        sources = np.where(sure, int(Source.MODEL), int(Source.GUESS))
        # Who else spoke for the answer has decided it where the model alone would have said otherwise, or nothing.
        told = np.flatnonzero(backed & ~silent)
        if len(told):
            alone, answer = heard[told], best[told]
            own = self._weighing.best(alone)
            decided = (own != answer) | (alone[np.arange(len(told)), own] < self._abstain_below)
            sources[told[decided & (weighed.by_hint[told] == answer)]] = Source.HINT
            sources[told[decided & (weighed.by_mcc[told] == answer)]] = Source.MCC
        return Predictions(np.where(silent, ABSTAIN, self._codes[best]), confidences, sources)

    def _sized(
        self,
        weighed: Weighed,
        best: NDArray[np.int64],
        confidences: NDArray[np.float64],
        firm: NDArray[np.bool_],
        signs: NDArray[np.int64],
        buckets: NDArray[np.int64],
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the answers and their probabilities after the sizes of the amounts were heard.

        # INVARIANT: a size neither moves an answer that the text is sure of or that somebody spoke for, nor makes one
        # sure: the marks were measured without it.
        """
        unspoken = (weighed.by_hint < 0) & (weighed.by_mcc < 0)
        at = np.flatnonzero((buckets != UNKNOWN) & ~firm & unspoken)
        if self._sizes is None or not len(at):
            return best, confidences
        heard = self._sizes.weighed(weighed.probabilities[at], signs[at], buckets[at])
        best, confidences = best.copy(), confidences.copy()
        best[at], _, _ = self._weighing.decided(heard)
        confidences[at] = heard[np.arange(len(at)), best[at]]
        return best, confidences

    def categorize(
        self,
        texts: Sequence[str],
        amounts: Sequence[int] | None = None,
        mccs: Sequence[int] | None = None,
        hints: Sequence[str] | None = None,
    ) -> list[Categorization]:
        """Answer for people: as `predict`, with words and with the parts of each text that decided."""
        found = self.predict(texts, amounts, mccs, hints)
        answers = []
        for text, code, confidence, source in zip(
            texts, found.leaves.tolist(), found.confidences.tolist(), found.sources.tolist(), strict=True
        ):
            leaf = self._taxonomy.by_code.get(code)
            evidence = tuple(part.text for part in self.explain(text)) if leaf and source in BY_TEXT else ()
            answers.append(
                Categorization(
                    category=leaf.id if leaf else None,
                    label=leaf.label() if leaf else "",
                    confidence=round(confidence, 4),
                    source=Source(source).name.lower(),
                    evidence=evidence,
                )
            )
        return answers

    def classify(
        self, ids: Sequence[int], transactions: Sequence[Transaction], corrections: Corrections
    ) -> list[Categorized]:
        """Answer for stored transactions; where the model is silent the row says so, so that nobody asks twice.

        Args:
            ids: The vault's ids, aligned with ``transactions``.
            transactions: What was stored.
            corrections: What the person taught.

        Returns:
            One row for each transaction, in order.
        """
        from edge_engine.vault.writer import Categorized  # noqa: PLC0415 - the model runs without a vault

        records = [transaction.record for transaction in transactions]
        found = self.predict(
            [subject(record.description, record.counterparty) for record in records],
            [record.amount.minor for record in records],
            [record.mcc for record in records],
            [record.hint for record in records],
            [record.channel for record in records],
            [record.amount.currency for record in records],
        )
        version = self.version
        permille = np.where(found.leaves == ABSTAIN, 0, np.rint(found.confidences * 1000)).astype(np.int64)
        rows = [
            Categorized(key, leaf, sure, source, version)
            for key, leaf, sure, source in zip(
                ids, found.leaves.tolist(), permille.tolist(), found.sources.tolist(), strict=True
            )
        ]
        if corrections:
            for at, (key, transaction) in enumerate(zip(ids, transactions, strict=True)):
                merchant, inflow = transaction.merchant, transaction.record.amount.minor > 0
                if taught := corrections.leaf(merchant, key, inflow=inflow):
                    rows[at] = Categorized(key, taught, 1000, int(Source.CORRECTION), "")
                    continue
                taught, follows = self.variants(corrections, inflow=inflow).follow(merchant)
                if taught:
                    rows[at] = Categorized(
                        key, taught, VARIANT_PERMILLE, int(Source.VARIANT), version, follows
                    )
        return rows

    def variants(self, corrections: Corrections, *, inflow: bool = False) -> Variants:
        """Return what finds variants of the merchants that were taught for money that goes one way.

        It is made once for each set of corrections.
        """
        if self._variants is None or self._variants[0] is not corrections:
            out, into = (
                Variants(taught, self.embed, apart)
                for taught, apart in (corrections.of_direction(inflow=way) for way in (False, True))
            )
            self._variants = (corrections, (out, into))
        return self._variants[1][inflow]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32[n, width]: where the model places each text; rows have length 1."""
        rows = [
            np.frombuffer(
                b"".join(folded(text, self._window) for text in texts[start : start + BATCH]), np.uint8
            )
            for start in range(0, len(texts), BATCH)
        ]
        return np.concatenate(
            [
                self._session.run([EMBEDDING], {self._input.name: part.reshape(-1, self._window)})[0]
                for part in rows
            ]
        )

    def explain(self, text: str) -> list[Part]:
        """Return the parts of ``text`` that the model's own answer rests on, the strongest first.

        Each word is blanked in turn, and what that costs the answer is its weight (occlusion). At most
        ``MAX_PARTS`` words that spoke for the answer are named. Only what the graph reads of the text is looked at.
        """
        text = seen(text, self._window)
        words = words_of(text)
        if not words:
            return []
        without = [text[:start] + " " * (end - start) + text[end:] for start, end in words]
        read = self.probabilities([text, *without])
        odds = _log_odds(read)
        best = int(self._weighing.best(read[:1])[0])
        parts = [
            Part(text[start:end], round(float(odds[0, best] - odds[at, best]), 4))
            for at, (start, end) in enumerate(words, start=1)
        ]
        parts.sort(key=lambda part: -part.weight)
        least = max(0.0, LEAST_PART * parts[0].weight)
        return [part for part in parts[:MAX_PARTS] if part.weight > least]


_FOLD: Final = bytes(
    0x30 if 0x30 <= byte <= 0x39  # every digit is alike
    else byte + 0x20 if 0x41 <= byte <= 0x5A or 0x80 <= byte <= 0x9F  # capitals, also the accented ones of Latin-1
    else byte if 0x61 <= byte <= 0x7A or byte >= 0xA0 or byte in b"&+'*"
    else 0
    for byte in range(256)
)  # fmt: skip


def folded(text: str, window: int) -> bytes:
    """Return the input row of ``text`` with all that the graph itself does not tell apart made equal.

    The graph folds on its own: feeding the plain UTF-8 bytes gives the same answer. Folding first only lets texts
    that differ in case, digits and punctuation share one run.
    """
    # No letter takes less than a byte: what is beyond need not even be encoded.
    return text[:window].encode("utf-8", "replace")[:window].translate(_FOLD).ljust(window, b"\0")


def seen(text: str, window: int) -> str:
    """Return what of ``text`` lies within its first ``window`` bytes, the last letter whole or not at all."""
    start = text[:window]
    if start.isascii():
        return start
    return start.encode("utf-8", "replace")[:window].decode("utf-8", "ignore")


def words_of(text: str) -> list[tuple[int, int]]:
    """Return start and end of each word of ``text`` that holds a letter."""
    spans: list[tuple[int, int]] = []
    start = 0
    for word in text.split():
        start = text.index(word, start)
        if any(letter.isalpha() for letter in word):
            spans.append((start, start + len(word)))
        start += len(word)
    return spans


def _log_odds(probabilities: NDArray[np.float32]) -> NDArray[np.float64]:
    bounded = np.clip(probabilities.astype(np.float64), 1e-9, 1 - 1e-9)
    return np.log(bounded) - np.log1p(-bounded)
