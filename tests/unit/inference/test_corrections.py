from __future__ import annotations

from edge_engine.inference.corrections import Corrections


def test_the_merchant_is_taught_and_nothing_like_it() -> None:
    taught = Corrections.of([("acme coffee", None, 503, False)])
    assert taught.leaf("acme coffee") == 503
    assert taught.leaf("acme coffee", 7) == 503
    assert taught.leaf("acme") == taught.leaf("Acme Coffee") == taught.leaf("") == 0


def test_a_transaction_alone_wins_over_its_merchant() -> None:
    taught = Corrections.of([("acme", None, 503, False), (None, 7, 805, False)])
    assert taught.leaf("acme", 7) == 805
    assert taught.leaf("acme", 8) == 503


def test_the_newest_word_wins() -> None:
    assert Corrections.of([("acme", None, 503, False), ("acme", None, 401, False)]).leaf("acme") == 401
    taught = Corrections.of([(None, 7, 805, False), ("acme", 7, 503, False)])
    assert taught.leaf("acme", 7) == taught.leaf("acme", 8) == 503


def test_a_lesson_is_taken_back() -> None:
    taught = Corrections.of(
        [("acme", None, 503, False), (None, 7, 805, False), ("acme", None, 0, False), (None, 7, 0, False)]
    )
    assert taught.leaf("acme", 7) == 0
    assert len(taught) == 0


def test_nothing_taught_is_nothing() -> None:
    assert Corrections().leaf("acme", 1) == 0
    assert Corrections.of([(None, None, 401, False)]) == Corrections()
