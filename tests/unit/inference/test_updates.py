"""Updates of the models: what is believed, what is refused, what stays when something is refused."""

from __future__ import annotations

import builtins
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from onnx import helper
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import MetaFile, Snapshot, Targets

from edge_engine.clock import FakeClock
from edge_engine.errors import (
    DiskFull,
    InputError,
    ModelRefused,
    UpdateRefused,
    UpdateUnreachable,
    VaultError,
)
from edge_engine.inference import first_load, golden
from edge_engine.inference.first_load import Verdict
from edge_engine.inference.installed import Installed
from edge_engine.inference.registry import Registry, open_session, quiet_runtime
from edge_engine.inference.updates import FolderTransport, ModelUpdate, Transport, update
from edge_engine.vault.model_store import GOOD, REFUSED
from edge_engine.vault.store import Vault
from tests.fakes.models import NAME, a_model, doubled, manifest, publish
from tests.fakes.update_repository import NOW, UpdateRepository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_engine.inference.manifest import ModelEntry


class Device:
    """One device: a store, the shipped model, and the root it trusts."""

    def __init__(self, folder: Path, root: bytes) -> None:
        self.clock = FakeClock(NOW)
        self.vault = Vault.in_memory(clock=self.clock)
        self.store = self.vault.model_store()
        self.shipped = publish(folder, a_model().SerializeToString())
        self.root = root
        self.tried: list[int] = []

    def take(self, transport: Transport) -> list[ModelUpdate]:
        return update(
            transport, self.root, self.store, clock=self.clock, shipped=self.shipped, trial=self.trial
        )

    def trial(self, entry: ModelEntry, model: bytes, answers: bytes) -> Verdict:
        """In this process: what the child does is tested on its own."""
        self.tried.append(entry.version)
        golden.replay(open_session(entry.name, model), entry, golden.decode(answers))
        return Verdict("", quiet_runtime().__version__)

    @property
    def installed(self) -> Installed:
        return Installed(self.store, self.shipped)

    @property
    def version(self) -> int:
        return self.installed.load(NAME).entry.version


@pytest.fixture
def repository() -> UpdateRepository:
    return UpdateRepository()


@pytest.fixture
def device(tmp_path: Path, repository: UpdateRepository) -> Iterator[Device]:
    made = Device(tmp_path / "shipped", repository.root)
    yield made
    made.vault.close()


def variant(version: int) -> bytes:
    """A model that adds a number to itself, with other bytes for each version."""
    model = a_model(constants={f"unused{version}": np.ones(1, np.float32)})
    return bytes(model.SerializeToString())


def offer(
    repository: UpdateRepository,
    version: int,
    content: bytes | None = None,
    answers: bytes | None = None,
    **changed: object,
) -> None:
    text, files = manifest(content or variant(version), answers, version=version, **changed)
    repository.publish(text, files)


def statuses(found: list[ModelUpdate]) -> list[tuple[int, str]]:
    return [(one.version, one.status) for one in found]


# -- what is believed ------------------------------------------------------------------------------------------------


def test_a_newer_model_becomes_current(device: Device, repository: UpdateRepository) -> None:
    assert device.version == 1
    offer(repository, 2)
    assert statuses(device.take(repository)) == [(2, "installed")]
    loaded = device.installed.load(NAME)
    assert loaded.entry.version == 2
    assert loaded.session.run(["y"], {"x": np.array([2.0], np.float32)})[0].tolist() == [4.0]
    assert device.installed.card(NAME).startswith("# Small")


def test_what_is_current_is_neither_fetched_nor_tried_again(
    device: Device, repository: UpdateRepository
) -> None:
    offer(repository, 2)
    device.take(repository)
    repository.asked.clear()
    assert statuses(device.take(repository)) == [(2, "current")]
    assert not [path for path in repository.asked if "model.onnx" in path]
    assert device.tried == [2]


def test_a_model_that_ships_with_the_engine_is_not_replaced_by_an_older_update(
    device: Device, repository: UpdateRepository, tmp_path: Path
) -> None:
    offer(repository, 2)
    device.take(repository)
    device.shipped = publish(tmp_path / "newer app", variant(3), version=3)
    assert device.version == 3
    assert statuses(device.take(repository)) == [(2, "current")]


def test_models_of_another_meaning_are_left_alone(device: Device, repository: UpdateRepository) -> None:
    offer(repository, 2, interface=2)
    assert statuses(device.take(repository)) == [(2, "unknown")]
    text, files = manifest(variant(2), name="oracle")
    repository.publish(text, files)
    assert statuses(device.take(repository)) == [(1, "unknown")]
    assert device.version == 1


def test_a_model_that_lacks_what_the_code_asks_for_is_left_alone(
    device: Device, repository: UpdateRepository, tmp_path: Path
) -> None:
    device.shipped = publish(
        tmp_path / "with a number", a_model().SerializeToString(), numbers={"abstain_below": 0.5}
    )
    offer(repository, 2)
    assert statuses(device.take(repository)) == [(2, "unknown")]
    offer(repository, 3, numbers={"abstain_below": 0.4, "temperature": 1.5})
    assert statuses(device.take(repository)) == [(3, "installed")]


def test_a_trial_that_does_not_come_about_is_made_another_day(
    device: Device, repository: UpdateRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> Verdict:
        raise first_load.Untried("the model small takes too long on its first load")

    offer(repository, 2)
    with monkeypatch.context() as patch:
        patch.setattr(device, "trial", busy)
        assert statuses(device.take(repository)) == [(2, "refused")]
    assert statuses(device.take(repository)) == [(2, "installed")]
    device.store.mark(NAME, 2, GOOD, "0.1")
    with monkeypatch.context() as patch:
        patch.setattr(first_load, "first_load", busy)
        assert device.version == 1
    assert device.version == 2


def test_a_folder_is_a_transport(device: Device, repository: UpdateRepository, tmp_path: Path) -> None:
    offer(repository, 2)
    for path, content in repository.files.items():
        (tmp_path / "mirror" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "mirror" / path).write_bytes(content)
    assert statuses(device.take(FolderTransport(tmp_path / "mirror"))) == [(2, "installed")]


def test_keys_can_be_rotated(device: Device, repository: UpdateRepository) -> None:
    offer(repository, 2)
    device.take(repository)
    former = repository.signers["root"]
    repository.signers = {role: CryptoSigner.generate_ed25519() for role in repository.signers}
    repository.sign_root(former)
    offer(repository, 3)
    assert statuses(device.take(repository)) == [(3, "installed")]


def test_two_good_versions_are_kept_and_no_more(device: Device, repository: UpdateRepository) -> None:
    for version in (2, 3, 4):
        offer(repository, version)
        device.take(repository)
    assert [(row.version, row.state) for row in device.store.models()] == [(4, GOOD), (3, GOOD)]
    files = device.vault.connection.execute("SELECT count(*) FROM model_file").fetchone()
    assert files == (4,)  # two models; card and golden answers are the same bytes


# -- what is refused -------------------------------------------------------------------------------------------------


def test_a_tampered_file_is_refused(device: Device, repository: UpdateRepository) -> None:
    offer(repository, 2)
    (path,) = [path for path in repository.files if path.endswith("model.onnx")]
    repository.files[path] = repository.files[path][:-1] + b"\0"
    with pytest.raises(UpdateRefused, match="not the one that was signed"):
        device.take(repository)
    assert device.version == 1


def test_a_signed_manifest_that_lies_about_a_signed_file_is_refused(
    device: Device, repository: UpdateRepository
) -> None:
    text, files = manifest(variant(2), version=2)
    repository.publish(text, files | {f"{NAME}/model.onnx": variant(3)})
    (found,) = device.take(repository)
    assert found.status == "refused"
    assert "not the one that was published" in found.reason
    assert device.version == 1


def test_metadata_of_another_key_is_refused(device: Device, repository: UpdateRepository) -> None:
    for role in ("timestamp", "snapshot", "targets"):
        thief = UpdateRepository(signers={**repository.signers, role: CryptoSigner.generate_ed25519()})
        thief.files["metadata/1.root.json"] = repository.root
        offer(thief, 2)
        with pytest.raises(UpdateRefused, match="not signed"):
            device.take(thief)
    assert device.version == 1
    assert device.store.floors() == {}


def test_a_root_of_another_key_is_refused(device: Device, repository: UpdateRepository) -> None:
    thief = UpdateRepository()
    thief.sign_root()
    offer(thief, 2)
    with pytest.raises(UpdateRefused, match="not signed"):
        device.take(thief)


def test_metadata_that_has_run_out_is_refused_by_the_engines_clock(
    device: Device, repository: UpdateRepository
) -> None:
    offer(repository, 2)
    device.clock.advance(timedelta(days=7, seconds=1))
    with pytest.raises(UpdateRefused, match="run out"):
        device.take(repository)
    device.clock.advance(timedelta(seconds=-2))
    assert statuses(device.take(repository)) == [(2, "installed")]


def test_an_older_state_is_refused_though_no_file_remembers_it(
    device: Device, repository: UpdateRepository
) -> None:
    """The client keeps no files at all, so its local state is wiped before each update: the floor is in the store."""
    offer(repository, 2)
    older = dict(repository.files)
    offer(repository, 3)
    assert statuses(device.take(repository)) == [(3, "installed")]
    repository.files = older
    with pytest.raises(UpdateRefused, match="older than one that was seen"):
        device.take(repository)
    assert device.version == 3


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
def test_each_role_has_its_floor(device: Device, repository: UpdateRepository, role: str) -> None:
    offer(repository, 5)
    repository.publish(*manifest(variant(5), version=5), version=5)
    device.take(repository)
    # One role goes back while the others go on: signed well, and refused all the same.
    versions = {"timestamp": 6, "snapshot": 6, "targets": 6, role: 4}
    text, files = manifest(variant(6), version=6)
    repository.publish(text, files, version=versions["targets"])
    snapshot = Snapshot(
        version=versions["snapshot"],
        expires=repository.expires,
        meta={"targets.json": MetaFile(versions["targets"])},
    )
    repository.files[f"metadata/{versions['snapshot']}.snapshot.json"] = repository.signed(
        "snapshot", snapshot
    )
    repository.version = versions["snapshot"]
    repository.stamp(versions["timestamp"])
    with pytest.raises(UpdateRefused, match="older than one that was seen"):
        device.take(repository)
    assert device.version == 5


def test_an_older_root_is_refused(device: Device, repository: UpdateRepository) -> None:
    stolen = dict(repository.signers)
    former = repository.signers["root"]
    repository.signers = {role: CryptoSigner.generate_ed25519() for role in repository.signers}
    repository.sign_root(former)
    offer(repository, 2)
    device.take(repository)
    thief = UpdateRepository(signers=stolen)  # the keys that the rotation put out of use
    thief.files["metadata/1.root.json"] = repository.root
    thief.publish(*manifest(variant(9), version=9), version=99)
    with pytest.raises(UpdateRefused, match="older than one that was seen"):
        device.take(thief)


def test_versions_that_a_thief_drove_up_bind_nobody_after_a_rotation(
    device: Device, repository: UpdateRepository
) -> None:
    repository.publish(*manifest(variant(2), version=2), version=2**31)
    device.take(repository)
    for role in ("timestamp", "snapshot", "targets"):
        repository.signers[role] = CryptoSigner.generate_ed25519()
    repository.sign_root()
    repository.publish(*manifest(variant(3), version=3), version=1)
    assert statuses(device.take(repository)) == [(3, "installed")]


def test_parts_of_two_states_are_refused(device: Device, repository: UpdateRepository) -> None:
    offer(repository, 2)
    earlier = repository.files["metadata/1.targets.json"]
    offer(repository, 3)
    repository.files["metadata/2.targets.json"] = earlier
    with pytest.raises(UpdateRefused):
        device.take(repository)
    assert device.version == 1


def test_endless_data_is_cut_off(device: Device, repository: UpdateRepository) -> None:
    offer(repository, 2)

    class Endless:
        def __init__(self, name: str) -> None:
            self.name = name
            self.sent = 0

        def fetch(self, path: str) -> Iterator[bytes]:
            if self.name not in path:
                yield from repository.fetch(path)
                return
            while True:
                self.sent += 65_536
                assert self.sent < 2_000_000, "nobody stops it"
                yield b"{" * 65_536

    for name in ("2.root", "timestamp", "snapshot", "1.targets", "manifest", "model.onnx"):
        with pytest.raises(UpdateRefused, match="not the one that was signed"):
            device.take(Endless(name))
    assert device.version == 1


def test_a_file_that_is_signed_but_too_large_is_not_fetched(
    device: Device, repository: UpdateRepository
) -> None:
    text, files = manifest(variant(2), version=2)
    repository.publish(text + b" " * 2_000_000, files)
    with pytest.raises(UpdateRefused, match="more than"):
        device.take(repository)
    assert not [path for path in repository.asked if path.startswith("targets/")]


def test_a_file_that_the_metadata_does_not_name_is_refused(
    device: Device, repository: UpdateRepository
) -> None:
    text, files = manifest(variant(2), version=2)
    del files[f"{NAME}/card.md"]
    repository.publish(text, files)
    with pytest.raises(UpdateRefused, match=r"does not name small/card\.md"):
        device.take(repository)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"signed": {}}', b"[" * 10_000, b"\xff\xfe"])
@pytest.mark.parametrize(
    "name", ["metadata/timestamp.json", "metadata/1.snapshot.json", "metadata/2.root.json"]
)
def test_metadata_that_is_none_is_refused(
    device: Device, repository: UpdateRepository, content: bytes, name: str
) -> None:
    offer(repository, 2)
    repository.files[name] = content
    with pytest.raises(UpdateRefused):
        device.take(repository)


def test_a_root_that_is_none_is_refused(device: Device, repository: UpdateRepository) -> None:
    offer(repository, 2)
    device.root = b"{}"
    with pytest.raises(UpdateRefused, match="not signed"):
        device.take(repository)


def test_a_repository_that_does_not_answer_is_unreachable(
    device: Device, repository: UpdateRepository
) -> None:
    with pytest.raises(UpdateUnreachable):
        device.take(repository)

    class Broken:
        def fetch(self, path: str) -> Iterator[bytes]:
            raise ConnectionError(path)

    offer(repository, 2)
    with pytest.raises(UpdateUnreachable):
        device.take(Broken())
    assert device.version == 1


# -- what stays when something is refused ------------------------------------------------------------------------------


def test_a_model_that_fails_its_golden_answers_leaves_the_one_before(
    device: Device, repository: UpdateRepository
) -> None:
    offer(repository, 2)
    device.take(repository)
    offer(repository, 3, answers=doubled(wrong=True))
    (found,) = device.take(repository)
    assert (found.status, found.reason) == ("refused", "the model small does not give its golden answer 1")
    assert device.version == 2
    assert [(row.version, row.state) for row in device.store.models()] == [(3, REFUSED), (2, GOOD)]


def test_a_refused_model_is_not_fetched_again_but_a_better_one_is(
    device: Device, repository: UpdateRepository
) -> None:
    offer(repository, 2, answers=doubled(wrong=True))
    device.take(repository)
    repository.asked.clear()
    (found,) = device.take(repository)
    assert found == ModelUpdate(NAME, 2, "refused", "it was refused before")
    assert not [path for path in repository.asked if "model.onnx" in path]
    offer(repository, 3)
    assert statuses(device.take(repository)) == [(3, "installed")]


def test_a_model_with_an_operator_outside_the_list_never_reaches_the_runtime(
    device: Device, repository: UpdateRepository
) -> None:
    model = a_model(helper.make_node("Range", ["x", "x", "x"], ["y"]))
    offer(repository, 2, model.SerializeToString())
    (found,) = device.take(repository)
    assert (found.status, found.reason) == (
        "refused",
        "the model uses an operator that is not allowed: Range",
    )
    assert device.tried == []


def test_a_model_that_later_refuses_to_load_gives_way_to_the_one_before_it(
    device: Device, repository: UpdateRepository
) -> None:
    for version in (2, 3):
        offer(repository, version)
        device.take(repository)
    with device.vault.committing() as connection:
        connection.execute(
            "UPDATE model_file SET content = x'00' WHERE sha256 = ?",
            (device.installed.current()[0].entry.model.sha256,),
        )
    assert device.version == 2
    assert [(row.version, row.state) for row in device.store.models()] == [(3, REFUSED), (2, GOOD)]
    with device.vault.committing() as connection:
        connection.execute("DELETE FROM model_file")
    assert device.version == 1, "the shipped model is always there"


def test_without_the_shipped_model_there_is_nothing_to_fall_back_to(device: Device, tmp_path: Path) -> None:
    (tmp_path / "shipped" / NAME / "model.onnx").write_bytes(b"x")
    with pytest.raises(ModelRefused):
        device.installed.load(NAME)


def test_another_runtime_tries_an_update_again_before_it_is_used(
    device: Device, repository: UpdateRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(repository, 2)
    device.take(repository)
    seen: list[int] = []

    def again(entry: ModelEntry, model: bytes, answers: bytes) -> Verdict:
        del model, answers
        seen.append(entry.version)
        return Verdict("", quiet_runtime().__version__)

    monkeypatch.setattr(first_load, "first_load", again)
    assert (device.version, seen) == (2, [])
    device.store.mark(NAME, 2, GOOD, "0.1")
    assert (device.version, seen) == (2, [2])
    assert (device.version, seen) == (2, [2])


def test_verifying_looks_at_every_model(device: Device, repository: UpdateRepository) -> None:
    offer(repository, 2)
    device.take(repository)
    newer, shipped = device.installed.verify()
    assert (newer.version, newer.origin, newer.ok) == (2, "update", True)
    assert (shipped.version, shipped.origin, shipped.ok) == (1, "shipped", True)
    assert (shipped.files, shipped.operators, shipped.cases, shipped.difference) == (3, 1, 1, 0.0)
    with device.vault.committing() as connection:
        connection.execute("UPDATE model_file SET content = x'00'")
    assert [one.ok for one in device.installed.verify()] == [False, True]
    assert "not the one that was published" in device.installed.verify()[0].problem


def test_a_full_disk_keeps_nothing_of_an_update(
    device: Device, repository: UpdateRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(repository, 2)

    def full(*_: object) -> None:
        raise DiskFull("the disk is full; nothing of this change was stored")

    monkeypatch.setattr(type(device.store), "keep", full)
    with pytest.raises(DiskFull):
        device.take(repository)
    assert device.store.models() == []


# -- the store's side --------------------------------------------------------------------------------------------------


def test_floors_never_sink(device: Device) -> None:
    device.store.raise_floors({"a": 5})
    device.store.raise_floors({"a": 3, "b": 1})
    assert device.store.floors() == {"a": 5, "b": 1}
    for sql in (
        "UPDATE model_floor SET version = 4 WHERE role = 'a'",
        "UPDATE model_floor SET role = 'c' WHERE role = 'a'",
        "DELETE FROM model_floor",
        "INSERT OR REPLACE INTO model_floor VALUES ('a', 4)",
    ):
        with pytest.raises(VaultError), device.vault.committing() as connection:
            connection.execute(sql)
    assert device.store.floors() == {"a": 5, "b": 1}


# -- surroundings ------------------------------------------------------------------------------------------------------


def test_the_extra_is_asked_for_by_name(
    device: Device, repository: UpdateRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = builtins.__import__

    def without(name: str, *rest: object) -> object:
        if name.split(".", maxsplit=1)[0] == "tuf":
            raise ImportError(name)
        return plain(name, *rest)  # type: ignore[arg-type]

    offer(repository, 2)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match=r"edge-engine\[updates\]"):
        device.take(repository)


def test_an_update_opens_no_socket(tmp_path: Path) -> None:
    code = (
        "import socket\n"
        "def never(*_, **__): raise AssertionError('a socket')\n"
        "import pathlib, sys\n"
        "from tests.unit.inference.test_updates import Device, UpdateRepository, offer, statuses\n"
        "socket.socket.__init__ = never\n"
        "repository = UpdateRepository()\n"
        "device = Device(pathlib.Path(sys.argv[1]), repository.root)\n"
        "offer(repository, 2)\n"
        "print(statuses(device.take(repository)))\n"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=root, capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.returncode) == ("[(2, 'installed')]", 0), done.stderr


def test_the_shipped_models_have_a_meaning_that_updates_can_share() -> None:
    assert all(entry.interface >= 1 and entry.version >= 1 for entry in Registry.default().entries)


def test_unsigned_delegations_lead_nowhere(device: Device, repository: UpdateRepository) -> None:
    offer(repository, 2)
    empty = Targets(version=2, expires=repository.expires)
    repository.version = 2
    repository.files["metadata/2.targets.json"] = repository.signed("targets", empty)
    repository.files["metadata/2.snapshot.json"] = repository.signed(
        "snapshot", Snapshot(version=2, expires=repository.expires, meta={"targets.json": MetaFile(2)})
    )
    repository.stamp()
    with pytest.raises(UpdateRefused, match=r"does not name manifest\.json"):
        device.take(repository)
