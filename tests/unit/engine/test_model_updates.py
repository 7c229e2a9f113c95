"""Updates of the models in the life of a store: taken, used, rolled back, erased with it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from edge_engine import Engine, FakeClock, HostKey
from edge_engine.errors import Closed, UpdateRefused
from edge_engine.inference import golden, manifest
from edge_engine.inference.registry import Registry
from tests.fakes.update_repository import NOW, UpdateRepository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge_engine.inference.manifest import ModelEntry

KEY = HostKey(bytes(range(32)))
NAME = "categorizer"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def engine(tmp_path: Path, clock: FakeClock) -> Iterator[Engine]:
    with Engine.open(tmp_path / "me.edge", key=KEY, clock=clock) as opened:
        opened.consent.grant("categorization")
        yield opened


@pytest.fixture
def repository() -> UpdateRepository:
    return UpdateRepository()


def offer(repository: UpdateRepository, version: int, *, wrong: bool = False) -> None:
    """Publish the shipped categorizer as another version, or one whose golden answers are another model's."""
    shipped = Registry.default()
    entry: ModelEntry = msgspec.structs.replace(shipped.entry(NAME), version=version)
    files = {role: shipped.file(NAME, role) for role in entry.published()}
    if wrong:
        answers = golden.decode(files["golden"])
        other = msgspec.structs.replace(answers.cases[0], inputs=answers.cases[1].inputs)
        files["golden"] = golden.encode(msgspec.structs.replace(answers, cases=(other,)))
        entry = msgspec.structs.replace(entry, golden=_file(entry.golden.path, files["golden"]))
    content = {entry.published()[role].path: data for role, data in files.items()}
    repository.publish(manifest.encode([entry]), content)


def _file(path: str, content: bytes) -> manifest.File:
    import hashlib  # noqa: PLC0415

    return manifest.File(path, hashlib.sha256(content).hexdigest(), len(content))


def version(engine: Engine) -> str:
    (model,) = [one for one in engine.models() if one.name == NAME]
    return model.version


def test_an_update_answers_from_the_next_question_on(engine: Engine, repository: UpdateRepository) -> None:
    before = engine.categorize(["TESCO STORES 3217"])
    offer(repository, 1000)
    (found,) = engine.update_models(repository, root=repository.root)
    assert (found.version, found.status) == (1000, "installed")
    assert version(engine) == "1000"
    assert engine.categorize(["TESCO STORES 3217"]) == before
    assert engine._understanding._model().version == f"{NAME}-1000"


def test_an_update_outlives_the_process_and_goes_with_the_store(
    engine: Engine, repository: UpdateRepository, tmp_path: Path, clock: FakeClock
) -> None:
    offer(repository, 1000)
    engine.update_models(repository, root=repository.root)
    engine.close()
    with Engine.open(tmp_path / "me.edge", key=KEY, clock=clock) as again:
        assert version(again) == "1000"
        again.erase()
    assert not (tmp_path / "me.edge").exists()
    with Engine.open(tmp_path / "me.edge", key=KEY, clock=clock) as fresh:
        assert version(fresh) == str(Registry.default().entry(NAME).version)


def test_a_rollback_is_refused_though_all_but_the_store_was_wiped(
    engine: Engine, repository: UpdateRepository, tmp_path: Path, clock: FakeClock
) -> None:
    offer(repository, 1000)
    older = dict(repository.files)
    offer(repository, 1001)
    engine.update_models(repository, root=repository.root)
    engine.close()
    assert {entry.name for entry in (tmp_path / "me.edge").iterdir()} <= {
        "vault.db",
        "keys.json",
        "writer.lock",
    }
    repository.files = older
    with Engine.open(tmp_path / "me.edge", key=KEY, clock=clock) as again:
        with pytest.raises(UpdateRefused, match="older"):
            again.update_models(repository, root=repository.root)
        assert version(again) == "1001"


def test_a_model_that_fails_its_golden_answers_never_answers(
    engine: Engine, repository: UpdateRepository
) -> None:
    offer(repository, 1000)
    engine.update_models(repository, root=repository.root)
    offer(repository, 1001, wrong=True)
    (found,) = engine.update_models(repository, root=repository.root)
    assert (found.status, "golden answer 1" in found.reason) == ("refused", True)
    assert version(engine) == "1000"


def test_a_damaged_update_gives_way_while_the_person_works(
    engine: Engine, repository: UpdateRepository
) -> None:
    offer(repository, 1000)
    engine.update_models(repository, root=repository.root)
    with engine._vault.committing() as connection:
        connection.execute("UPDATE model_file SET content = zeroblob(length(content))")
    assert version(engine) == str(Registry.default().entry(NAME).version)
    assert [one.ok for one in engine.verify_models() if one.name == NAME] == [False, True]
    assert engine.categorize(["TESCO STORES 3217"])[0].category == "food.groceries"


def test_an_update_in_memory_works_alike(repository: UpdateRepository, clock: FakeClock) -> None:
    offer(repository, 1000)
    with Engine.in_memory(clock=clock) as engine:
        engine.update_models(repository, root=repository.root)
        assert version(engine) == "1000"
        assert engine.model_card(NAME).startswith("# ")


def test_signatures_run_out_by_the_engines_clock(
    engine: Engine, repository: UpdateRepository, clock: FakeClock
) -> None:
    offer(repository, 1000)
    clock.advance(timedelta(days=8))
    with pytest.raises(UpdateRefused, match="run out"):
        engine.update_models(repository, root=repository.root)


def test_a_closed_engine_takes_no_update(engine: Engine, repository: UpdateRepository) -> None:
    offer(repository, 1000)
    engine.close()
    with pytest.raises(Closed):
        engine.update_models(repository, root=repository.root)
    with pytest.raises(Closed):
        engine.models()
