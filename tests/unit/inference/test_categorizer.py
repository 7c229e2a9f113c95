from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_engine.domain.category import Taxonomy
from edge_engine.domain.money import Money
from edge_engine.domain.transaction import Channel, Record, Transaction
from edge_engine.inference import categorizer as module
from edge_engine.inference import golden
from edge_engine.inference.categorizer import Categorizer, Source, folded, seen, subject
from edge_engine.inference.corrections import Corrections
from edge_engine.inference.evidence import Weighing, monotonous
from edge_engine.inference.registry import Loaded, Registry


@pytest.fixture(scope="module")
def model() -> Categorizer:
    return Categorizer.load()


def leaf_of(model: Categorizer, text: str, amount: int = 0, **more: object) -> str | None:
    found = model.predict([text], [amount], **{name: [value] for name, value in more.items()})  # type: ignore[arg-type]
    code = int(found.leaves[0])
    return Taxonomy.default().leaf(code).id if code else None


def test_golden_answers_are_replayed(model: Categorizer) -> None:
    registry = Registry.default()
    entry = registry.entry("categorizer")
    answers = golden.decode(registry.file("categorizer", "golden"))
    assert len(answers.cases) > 30
    assert golden.replay(registry.session("categorizer"), entry, answers) <= 1e-4
    labels = [str(label) for label in entry.output("probabilities").labels]
    cached = model.probabilities([case.inputs["bytes"].text or "" for case in answers.cases])
    for case, answer in zip(answers.cases, cached, strict=True):
        for leaf, probability in (case.outputs["probabilities"].columns or {}).items():
            assert answer[labels.index(leaf)] == pytest.approx(probability, abs=1e-4)


@pytest.mark.parametrize(
    ("text", "amount", "leaf"),
    [
        ("TESCO STORES 3217 LONDON GB", -2310, "food.groceries"),
        ("REWE SAGT DANKE 4312//Köln/DE", -1999, "food.groceries"),
        ("carte 12/03 carrefour market lyon", -4510, "food.groceries"),
        ("COMPRA MERCADONA SA VALENCIA", -3312, "food.groceries"),
        ("SQ *BLUE BOTTLE COFFEE 415 CA", -550, "dining.coffee"),
        ("UBER *TRIP HELP.UBER.COM", -1240, "transport.taxi"),
        ("UBER * EATS", -2210, "dining.delivery"),
        ("SHELL OIL 57444 HOUSTON TX", -5000, "transport.fuel"),
        ("TFL TRAVEL CH TFL.GOV.UK/CP", -590, "transport.public_transit"),
        ("NETFLIX.COM AMSTERDAM", -1299, "leisure.streaming"),
        ("DIRECT DEBIT OCTOPUS ENERGY LTD", -8800, "utilities.energy"),
        ("THAMES WATER", -3300, "utilities.water_waste"),
        ("PRLV SEPA FREE MOBILE", -1999, "utilities.mobile"),
        ("LEEDS CITY COUNCIL COUNCIL TAX", -15200, "housing.property_tax"),
        ("Miete Wohnung Mai", -95000, "housing.rent"),
        ("SANTANDER MORTGAGE", -90000, "housing.mortgage"),
        ("PUREGYM LTD", -2199, "personal.fitness"),
        ("Apotheke am Markt", -1250, "health.pharmacy"),
        ("AVIVA INSURANCE", -4100, "services.insurance"),
        ("MONTHLY ACCOUNT FEE", -300, "finance.bank_fees"),
        ("AMEX PAYMENT", -120000, "finance.card_payment"),
        ("ATM WITHDRAWAL 00213", -5000, "transfers.cash"),
        ("TRANSFER TO SAVINGS ACCOUNT", -20000, "transfers.own"),
        ("ACME LTD SALARY BGC", 231500, "income.salary"),
        ("Gehalt 03/2024", 311000, "income.salary"),
        ("DWP UNIVERSAL CREDIT", 61000, "income.benefits"),
        ("STATE PENSION", 75000, "income.pension"),
        ("DIVIDEND PAYMENT", 2150, "income.investment"),
    ],
)
def test_everyday_statements_are_understood(model: Categorizer, text: str, amount: int, leaf: str) -> None:
    assert leaf_of(model, text, amount) == leaf


def test_case_digits_and_punctuation_do_not_matter(model: Categorizer) -> None:
    ways = ["Costa Coffee 1234", "COSTA COFFEE 9876", "costa-coffee 0000", "costa/COFFEE#1111"]
    answers = model.probabilities(ways)
    assert np.array_equal(answers, np.tile(answers[0], (4, 1)))
    assert folded("É", 8) == folded("é", 8)


def test_the_graph_folds_by_itself() -> None:
    texts = ["Café ÉTOILE #12", "O'Neill's & Sons 7+1*", "ŁÓDŹ Żabka", "\tTAB-and_more", "漢字", ""]
    session = Registry.default().session("categorizer")

    def run(rows: list[bytes]) -> np.ndarray:
        stacked = np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), 64)
        return np.asarray(session.run(None, {"bytes": stacked})[0])

    plain = run([text.encode()[:64].ljust(64, b"\0") for text in texts])
    assert np.array_equal(plain, run([folded(text, 64) for text in texts]))


def test_money_that_comes_in_is_never_spending(model: Categorizer) -> None:
    assert leaf_of(model, "TESCO STORES 3217", 1500) == "income.refund"
    assert leaf_of(model, "INTEREST", 120) == "income.investment"
    assert leaf_of(model, "INTEREST", -120) == "finance.interest"
    assert leaf_of(model, "PAYMENT RECEIVED - THANK YOU", 50000) == "finance.card_payment"
    taxonomy = Taxonomy.default()
    texts = ["WAITROSE", "Shell", "Netflix", "HMRC VAT", "Foo", "J Smith", "British Gas", "Rent", "Zara"]
    found = model.predict(texts, [100] * len(texts))
    allowed = {"income", "transfers", "finance"}
    assert {taxonomy.leaf(code).group for code in found.leaves.tolist() if code} <= allowed


def test_money_that_goes_out_is_never_income(model: Categorizer) -> None:
    texts = [
        "SALARY",
        "PENSION",
        "DIVIDEND",
        "REFUND",
        "CHILD BENEFIT",
        "DEPOSIT",
        "INVOICE PAYMENT RECEIVED",
    ]
    found = model.predict(texts, [-100] * len(texts))
    taxonomy = Taxonomy.default()
    assert {taxonomy.leaf(code).group for code in found.leaves.tolist() if code}.isdisjoint({"income"})


def test_a_text_that_says_nothing_gets_no_category(model: Categorizer) -> None:
    found = model.predict(["QXZV JWKPT", "", "0000 1111"])
    assert found.leaves.tolist() == [0, 0, 0]
    assert (found.confidences < 0.5).all()
    (answer,) = model.categorize(["QXZV JWKPT"])
    assert (answer.category, answer.label, answer.evidence, answer.source) == (None, "", (), "model")


def test_a_merchant_category_code_decides_where_the_text_cannot(model: Categorizer) -> None:
    found = model.predict(["QXZV JWKPT", "NETFLIX.COM"], mccs=[5912, 5912])
    assert found.leaves.tolist() == [1001, 1201]
    assert found.sources.tolist() == [Source.MCC, Source.GUESS]  # the code speaks against the text
    assert leaf_of(model, "NETFLIX.COM", -999, mccs=4899) == "leisure.streaming"


def test_a_hint_of_the_source_decides_where_the_text_cannot(model: Categorizer) -> None:
    found = model.predict(
        ["QXZV JWKPT", "QXZV JWKPT"], hints=["plaid:MEDICAL_DENTAL_CARE", "plaid:UNHEARD_OF"]
    )
    assert found.leaves.tolist() == [1003, 0]
    assert int(found.sources[0]) == Source.HINT


@pytest.mark.parametrize(
    ("channel", "amount", "leaf"),
    [
        (Channel.CASH, -5000, "transfers.cash"),
        (Channel.FEE, -300, "finance.bank_fees"),
        (Channel.INTEREST, 12, "income.investment"),
        (Channel.INTEREST, -12, "finance.interest"),
        (Channel.SALARY, 250000, "income.salary"),
    ],
)
def test_the_channel_is_heard(model: Categorizer, channel: Channel, amount: int, leaf: str) -> None:
    assert leaf_of(model, "QXZV JWKPT", amount, channels=channel) == leaf


def test_a_transfer_is_rather_to_a_person_than_to_a_shop(model: Categorizer) -> None:
    alone, sent = (
        model.predict(["R QUILLANE dinner"], [-2000], channels=[way]) for way in ("", Channel.TRANSFER)
    )
    assert Taxonomy.default().leaf(int(sent.leaves[0])).id == "transfers.person"
    assert sent.confidences[0] >= alone.confidences[0] or alone.leaves[0] != sent.leaves[0]


def stored(description: str, amount: int, merchant: str, **more: object) -> Transaction:
    record = Record("a", date(2025, 1, 2), Money(amount, "GBP"), description, **more)  # type: ignore[arg-type]
    return Transaction(record, merchant, b"")


def test_the_person_wins_over_model_code_and_hint(model: Categorizer) -> None:
    rows = [stored("TESCO STORES", -100, "tesco", mcc=5411), stored("TESCO STORES", -100, "tesco", mcc=5411)]
    taught = Corrections.of([("tesco", None, 503, False), (None, 2, 805, False)])
    answers = model.classify([1, 2], rows, taught)
    assert [(row.txn_id, row.leaf, row.source) for row in answers] == [
        (1, 503, Source.CORRECTION),
        (2, 805, Source.CORRECTION),
    ]
    (plain,) = model.classify([1], rows[:1], Corrections())
    assert (plain.leaf, plain.source, plain.model) == (401, Source.MODEL, model.version)
    assert 300 <= plain.confidence_permille <= 1000


class Marked:
    """Gives the shipped model with marks of its own."""

    def __init__(self, **marks: float) -> None:
        self._marks = marks

    def load(self, name: str) -> Loaded:
        loaded = Registry.default().load(name)
        numbers = {"abstain_below": loaded.entry.number("abstain_below"), **self._marks}
        return replace(loaded, entry=msgspec.structs.replace(loaded.entry, numbers=numbers))


def test_below_the_mark_of_its_group_an_answer_is_a_guess_and_says_so() -> None:
    marked = Categorizer.load(Marked(sure_from=0.0, sure_from_food=1.01, sure_from_food_alcohol=0.0))
    rows = [
        stored("TESCO STORES", -100, "tesco"),
        stored("NETFLIX.COM", -100, "netflix"),
        stored("WINE MERCHANT AND LIQUOR STORE", -100, "wine"),
        stored("QXZV JWKPT", -100, "q"),
    ]
    guess, sure, leaf, silent = marked.classify([1, 2, 3, 4], rows, Corrections())
    assert (guess.leaf, guess.source) == (401, Source.GUESS)
    assert (sure.leaf, sure.source) == (1201, Source.MODEL)
    assert (leaf.leaf, leaf.source) == (403, Source.MODEL)
    assert (silent.leaf, silent.source) == (0, Source.MODEL)
    taught = marked.classify([1], rows[:1], Corrections.of([("tesco", None, 402, False)]))
    assert [(row.leaf, row.source) for row in taught] == [(402, Source.CORRECTION)]
    (answer,) = marked.categorize(["TESCO STORES"])
    assert (answer.category, answer.source, answer.evidence[:1]) == ("food.groceries", "guess", ("TESCO",))


@pytest.mark.parametrize(
    "text",
    [
        *(letter * n for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for n in (8, 24, 64)),
        "XX XXXX 12 XXXX",
        "abababab",
    ],
)
def test_one_letter_over_and_over_is_never_sure(model: Categorizer, text: str) -> None:
    found = model.predict([text, text.lower()])
    assert all(
        leaf == 0 or source == Source.GUESS for leaf, source in zip(found.leaves, found.sources, strict=True)
    )


@pytest.mark.parametrize("text", ["OTTO", "H&M", "AAA 1234", "ASDA", "XXXX TESCO", "", "1234 1234"])
def test_short_names_of_few_letters_are_names(text: str) -> None:
    assert not monotonous(folded(text, 64))


def test_the_group_decides_before_the_leaf_and_its_share_is_the_sum_of_its_leaves() -> None:
    taxonomy = Taxonomy.default()
    weighing = Weighing(taxonomy, [leaf.code for leaf in taxonomy.leaves])
    shares = {"food.groceries": 0.4, "dining.coffee": 0.35, "dining.bars": 0.25}
    heard = np.array([[shares.get(leaf.id, 0.0) for leaf in taxonomy.leaves]], np.float32)
    columns, groups, share = weighing.decided(heard)
    assert taxonomy.leaves[int(columns[0])].id == "dining.coffee"
    assert weighing.groups[int(groups[0])] == "dining"
    assert share[0] == pytest.approx(0.6)


def test_what_a_code_speaks_for_is_no_guess_and_what_it_speaks_against_may_be() -> None:
    marked = Categorizer.load(Marked(sure_from=1.01))
    found = marked.predict(["QXZV JWKPT", "TESCO STORES", "TESCO STORES"], mccs=[5912, 5411, 5912])
    assert found.sources.tolist() == [Source.MCC, Source.MODEL, Source.GUESS]
    assert found.leaves.tolist() == [1001, 401, 401]


def test_a_model_without_marks_is_sure_of_all_it_says() -> None:
    found = Categorizer.load(Marked()).predict(["TESCO STORES 3217", "Gehalt 03/2024"])
    assert set(found.sources.tolist()) == {Source.MODEL}


def test_transactions_without_an_answer_say_so(model: Categorizer) -> None:
    rows = [stored("QXZV JWKPT", -100, "q"), stored("NETFLIX.COM", -100, "netflix")]
    silent, clear = model.classify([5, 6], rows, Corrections())
    assert (silent.txn_id, silent.leaf, silent.confidence_permille) == (5, 0, 0)
    assert clear.txn_id == 6
    assert clear.leaf
    assert model.classify([], [], Corrections()) == []


def test_the_other_side_is_read_first() -> None:
    assert subject("Gehalt 03", "Acme GmbH") == "Acme GmbH Gehalt 03"
    assert subject("ACME GMBH Gehalt 03", "Acme GmbH") == "ACME GMBH Gehalt 03"
    assert subject("Gehalt 03") == "Gehalt 03"


def test_an_answer_names_its_evidence(model: Categorizer) -> None:
    text = "CARD PAYMENT TO SAINSBURYS ON 12 MAR"
    parts = model.explain(text)
    assert parts[0].text == "SAINSBURYS"
    assert [part.weight for part in parts] == sorted((part.weight for part in parts), reverse=True)
    (answer,) = model.categorize([text])
    assert answer.evidence[0] == "SAINSBURYS"
    assert answer.label == "Groceries"
    assert model.explain("  123 456 ") == []


def test_the_same_word_twice_is_two_parts() -> None:
    assert module.words_of("tea 12 tea") == [(0, 3), (7, 10)]


def test_a_correction_or_a_code_is_not_explained_by_the_text(model: Categorizer) -> None:
    (answer,) = model.categorize(["QXZV JWKPT"], mccs=[5912])
    assert (answer.category, answer.source, answer.evidence) == ("health.pharmacy", "mcc", ())


def test_answers_do_not_depend_on_company_order_or_memory(
    model: Categorizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"shop {chr(97 + at % 26)}{chr(97 + at // 26)} market" for at in range(600)]
    fresh = Categorizer.load()
    whole = fresh.probabilities(texts)
    np.testing.assert_allclose(whole[::-1], fresh.probabilities(texts[::-1]), atol=0)
    np.testing.assert_allclose(whole[599], model.probabilities([texts[599]])[0], atol=1e-6)
    monkeypatch.setattr(module, "CACHED", 100)
    small = Categorizer.load()
    np.testing.assert_allclose(small.probabilities(texts), whole, atol=1e-6)
    np.testing.assert_allclose(small.probabilities(texts[:50]), whole[:50], atol=1e-6)
    assert small.probabilities([]).shape == (0, whole.shape[1])


def test_answers_do_not_depend_on_what_is_known_of_their_company(model: Categorizer) -> None:
    alone = model.predict(["TESCO STORES 3217"], [-1])
    beside = model.predict(["TESCO STORES 3217", "ACME LTD"], [-1, -1], [0, 5912])
    assert beside.leaves[0] == alone.leaves[0]
    assert beside.confidences[0] == pytest.approx(alone.confidences[0], abs=1e-6)


def test_columns_of_another_length_are_refused(model: Categorizer) -> None:
    with pytest.raises(ValueError, match="zip"):
        model.predict(["a", "b"], [1])


@given(st.lists(st.text(max_size=90), max_size=4))
def test_any_text_gets_probabilities_or_silence(texts: list[str]) -> None:
    found = _any().predict(texts, [-1] * len(texts))
    assert len(found) == len(texts)
    assert ((found.confidences >= 0) & (found.confidences <= 1.0001)).all()
    np.testing.assert_allclose(_any().probabilities(texts).sum(axis=1), 1, atol=1e-4)


_LOADED: list[Categorizer] = []


def _any() -> Categorizer:
    if not _LOADED:
        _LOADED.append(Categorizer.load())
    return _LOADED[0]


def outputs(texts: list[str]) -> list[np.ndarray]:
    rows = np.frombuffer(b"".join(folded(text, 64) for text in texts), np.uint8).reshape(len(texts), 64)
    names = ["probabilities", "groups", "embedding"]
    return list(Registry.default().session("categorizer").run(names, {"bytes": rows}))


def test_groups_are_the_sums_of_their_leaves_and_embeddings_have_length_one() -> None:
    by_leaf, by_group, vectors = outputs(["TESCO STORES", "NETFLIX.COM", "Żabka"])
    taxonomy = Taxonomy.default()
    groups = np.array(
        [[leaf.group == group.id for group in taxonomy.groups] for leaf in taxonomy.leaves], float
    )
    np.testing.assert_allclose(by_leaf @ groups, by_group, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_ways_of_writing_one_merchant_lie_nearer_than_others() -> None:
    _, _, vectors = outputs(
        ["SQ *BLUE BOTTLE 123 OAK", "BLUE BOTTLE COFFEE SF", "SHELL OIL 57444", "NETFLIX.COM"]
    )
    near = vectors @ vectors[0]
    assert near[1] > near[2:].max()


def test_every_script_and_any_bytes_are_answered_alike_each_time(model: Categorizer) -> None:
    rng = np.random.default_rng(4)
    texts = [
        "Кафе Пушкинъ", "מאפיית לחם", "مطعم الشام", "रिलायंस फ्रेश", "ร้านอาหาร", "セブンイレブン", "全家便利商店",
        "편의점", "Φαρμακείο", "Ελλάδα", "ქართული", "Հայաստան", "বাংলা", "தமிழ்", "తెలుగు", "ಕನ್ನಡ", "മലയാളം",
        "ગુજરાતી", "ਪੰਜਾਬੀ", "සිංහල", "ខ្មែរ", "ລາວ", "မြန်မာ", "አማርኛ", "Tiếng Việt", "Íslenska", "Türkçe", "Română",
        "Čeština", "Łódź", "Magyarország", "Føroyar", "Gàidhlig", "Cymraeg", "Euskara", "Català", "Eesti", "Latviešu",
        "Lietuvių", "Shqip", "", "\0" * 5, "x" * 10_000, "😀💸🍕", "\ud800", *(
            rng.bytes(80).decode("latin-1") for _ in range(40)
        ),
    ]  # fmt: skip
    first = model.predict(texts)
    again = Categorizer.load().predict(texts)
    assert first.leaves.tolist() == again.leaves.tolist()
    np.testing.assert_array_equal(first.confidences, again.confidences)
    assert len(model.categorize(texts)) == len(texts)


def test_what_the_graph_does_not_read_is_not_explained() -> None:
    model = Categorizer.load()
    start = "TESCO STORES "
    (short,) = model.categorize([(start * 40)[: model._window]])
    (long,) = model.categorize([start * 5_000])
    assert long == short
    assert len(seen("€" * 500, model._window)) == model._window // 3
    assert seen("TESCO", model._window) == "TESCO"


@pytest.mark.parametrize(
    ("first", "last"), [(0x3041, 0x3093), (0x1200, 0x135A), (0x1F300, 0x1F5FF), (0x0985, 0x09B9)]
)
def test_gibberish_of_a_script_hardly_learned_is_never_sure(
    model: Categorizer, first: int, last: int
) -> None:
    chance = random.Random(7)
    texts = ["".join(chr(chance.randint(first, last)) for _ in range(8)) for _ in range(300)]
    found = model.predict(texts)
    assert not ((found.sources == Source.MODEL) & (found.leaves != 0)).any()
    # Whoever else speaks for the answer may still make it sure.
    assert Source.MCC in set(model.predict(texts[:5], mccs=[5912] * 5).sources.tolist())
