"""Updates of the models through The Update Framework (extra ``updates``).

The engine opens no socket: the host gives a `Transport` that brings files of the update repository by their path. What
comes is believed only as The Update Framework's signatures, versions and dates allow, from the root metadata that
the host embeds. Nothing of that state is kept in files: each update starts from the embedded root, and the versions
below which nothing is believed stand in the store (ADR 11), so that wiping files rolls nothing back.

A model goes: signed metadata -> manifest -> digests and limits -> first load in a child process with its golden
answers -> current. One that is refused leaves the model before it in place.

Source: The Update Framework Specification 1.0.34, section 5; python-tuf ``ngclient``.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec

from edge_engine.errors import (
    EdgeError,
    InputError,
    ModelError,
    ModelRefused,
    UpdateRefused,
    UpdateUnreachable,
)
from edge_engine.inference import manifest
from edge_engine.inference.first_load import Untried
from edge_engine.inference.installed import interchangeable, supersedes, try_out
from edge_engine.inference.registry import Registry
from edge_engine.inference.workplace import workplace
from edge_engine.regular_file import open_regular
from edge_engine.vault.model_store import GOOD, REFUSED, StoredModel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from tuf.ngclient.updater import Updater

    from edge_engine.clock import Clock
    from edge_engine.inference.first_load import Verdict
    from edge_engine.inference.manifest import File, ModelEntry
    from edge_engine.vault.model_store import VaultModelStore

METADATA: Final = "metadata"
TARGETS: Final = "targets"
MANIFEST: Final = "manifest.json"

MAX_ROOT_ROTATIONS: Final = 64
MAX_METADATA_BYTES: Final = 256 * 1024
CHUNK: Final = 64 * 1024

_ROLES: Final = ("timestamp", "snapshot", "targets")


class Transport(Protocol):
    """Brings files of an update repository; the host's own, or `FolderTransport`."""

    def fetch(self, path: str) -> Iterable[bytes]:
        """Yield the content of a file, in pieces.

        Args:
            path: Under the repository, such as ``metadata/timestamp.json`` or ``targets/ab12….manifest.json``.

        Raises:
            FileNotFoundError: There is no such file.
            OSError: It cannot be had now.
        """
        ...


class FolderTransport:
    """A repository that is a folder: for hosts that bring files themselves, and for tests.

    Args:
        folder: Holds ``metadata`` and ``targets``.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fetch(self, path: str) -> Iterator[bytes]:
        """Yield a file in pieces."""
        with open_regular(self._folder.joinpath(*path.split("/"))) as file:
            while piece := file.read(CHUNK):
                yield piece


class ModelUpdate(msgspec.Struct, frozen=True):
    """What became of one model of an update.

    Attributes:
        name: The model.
        version: The version that was offered.
        status: ``installed``; ``current``, as the one that is there is not older; ``refused``; or ``unknown``, where
            this engine has no use for such a model.
        reason: Why it was refused, in one sentence.
    """

    name: str
    version: int
    status: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A kind of model that ships with no engine and may come by an update all the same.

    Attributes:
        interface: The meaning of its files that the engine knows.
        examine: Given the entry and its checked files by role; raises `ModelRefused` where it is not what it should be.
    """

    interface: int
    examine: Callable[[ModelEntry, Mapping[str, bytes]], None]


def update(
    transport: Transport,
    root: bytes,
    store: VaultModelStore,
    *,
    clock: Clock,
    shipped: Registry | None = None,
    repository: str = "models",
    trial: Callable[..., Verdict] | None = None,
    newcomers: Mapping[str, Newcomer] = MappingProxyType({}),
) -> list[ModelUpdate]:
    """Take what a repository offers and return what became of each model.

    Args:
        transport: Brings the repository's files.
        root: The repository's root metadata as the host embeds it: what everything is trusted by.
        store: Where updates and floors are kept.
        clock: The engine's time, against which signatures run out.
        shipped: The models that came with the engine.
        repository: Name of the repository in this store; another root of trust needs another name.
        trial: Loads and runs a foreign model where it can do no harm.
        newcomers: What may come though it ships with no engine, by name.

    Raises:
        UpdateRefused: The metadata is not signed as it must be, has run out, or is older than what was seen.
        UpdateUnreachable: The transport fails, or the repository lacks a file.
        InputError: The extra ``updates`` is not installed.
    """
    shipped = shipped or Registry.default()
    with workplace() as place, _converting():
        source = _Source(transport, root, place, clock.now())
        floors = _raised(source.versions(repository), store.floors())
        store.raise_floors(floors)
        offered = manifest.decode(source.target(MANIFEST, manifest.MAX_MANIFEST_BYTES))
        taking = _Taking(source, store, shipped, clock.now(), trial, newcomers)
        return [taking.take(entry) for entry in offered.models]


def _raised(found: Mapping[str, int], floors: Mapping[str, int]) -> Mapping[str, int]:
    """Return the versions that were found, which are the new floors.

    Raises:
        UpdateRefused: One is below its floor.
    """
    if any(version < floors.get(role, 0) for role, version in found.items()):
        raise UpdateRefused("the models' update is older than one that was seen before")
    return found


@dataclass(frozen=True, slots=True)
class _Taking:
    """Takes the models of one update."""

    source: _Source
    store: VaultModelStore
    shipped: Registry
    now: datetime
    trial: Callable[..., Verdict] | None
    newcomers: Mapping[str, Newcomer]

    def take(self, entry: ModelEntry) -> ModelUpdate:
        """Take one model, or say why not."""
        before = next((one for one in self.shipped.entries if one.name == entry.name), None)
        newcomer = self.newcomers.get(entry.name)
        if before is None and newcomer is None:
            return ModelUpdate(entry.name, entry.version, "unknown")
        if not _is_understood(entry, before, newcomer):
            return ModelUpdate(
                entry.name, entry.version, "unknown", "its inputs mean what this engine does not know"
            )
        known = {one.version: one for one in self.store.models() if one.name == entry.name}
        best = max((version for version, one in known.items() if one.state == GOOD), default=0)
        if (before is not None and not supersedes(entry, before)) or entry.version <= best:
            return ModelUpdate(entry.name, entry.version, "current")
        text = msgspec.json.encode(entry)
        if entry.version in known and known[entry.version].entry == text:
            return ModelUpdate(entry.name, entry.version, "refused", "it was refused before")
        return self._try(entry, text, newcomer)

    def _try(self, entry: ModelEntry, text: bytes, newcomer: Newcomer | None) -> ModelUpdate:
        """Fetch a model, examine it and keep what became of it."""
        files: dict[str, bytes] = {}
        try:
            for file in entry.published().values():
                files[file.sha256] = self.source.file(file)
            registry = Registry(_Pile(files), (entry,))
            if newcomer is not None:
                newcomer.examine(entry, {role: registry.file(entry.name, role) for role in entry.published()})
            verdict = try_out(registry, entry, self.trial)
        except Untried as error:
            return ModelUpdate(entry.name, entry.version, "refused", error.message)
        except ModelRefused as error:
            # It is kept without its files, so that it is neither fetched nor tried again.
            self.store.keep(StoredModel(entry.name, entry.version, REFUSED, text, ""), {}, self.now)
            return ModelUpdate(entry.name, entry.version, "refused", error.message)
        kept = StoredModel(entry.name, entry.version, GOOD, text, verdict.runtime)
        self.store.keep(kept, files, self.now)
        return ModelUpdate(entry.name, entry.version, "installed")


def _is_understood(entry: ModelEntry, before: ModelEntry | None, newcomer: Newcomer | None) -> bool:
    if before is not None:
        return interchangeable(entry, before)
    return newcomer is not None and entry.interface == newcomer.interface


class _Pile:
    """Files that were fetched, by their digests."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def content(self, file: File) -> bytes | None:
        return self._files.get(file.sha256)


class _Source:
    """A repository whose top-level metadata was verified."""

    def __init__(self, transport: Transport, root: bytes, place: Path, now: datetime) -> None:
        self._place = place
        self._updater = _updater(transport, root, place, now)
        self._updater.refresh()

    def versions(self, repository: str) -> dict[str, int]:
        """Return the version of each role's metadata by the name of its floor.

        The floor of a role goes with its keys: when the root names other keys, the versions of the old ones, which
        a thief may have driven up, bind nobody any more.
        """
        root = self._signed("root")
        found = {f"{repository}/root": int(root.version)}
        for role in _ROLES:
            keys = hashlib.sha256("\n".join(sorted(root.roles[role].keyids)).encode()).hexdigest()[:16]
            found[f"{repository}/{role}/{keys}"] = int(self._signed(role).version)
        return found

    def _signed(self, role: str) -> Any:  # noqa: ANN401 - one of four classes of tuf
        from tuf.api.metadata import Metadata  # noqa: PLC0415

        return Metadata.from_file(str(self._place / METADATA / f"{role}.json")).signed

    def target(self, path: str, most: int) -> bytes:
        """Return a signed file.

        Raises:
            UpdateRefused: The metadata does not name it, or it is larger than ``most``.
        """
        found = self._updater.get_targetinfo(path)
        if found is None:
            raise UpdateRefused(f"the models' update does not name {path}")
        if found.length > most:
            raise UpdateRefused(f"the models' update names a file of more than {most} bytes")
        return Path(self._updater.download_target(found, str(self._place / "target"))).read_bytes()

    def file(self, file: File) -> bytes:
        """Return a file of the manifest; its digest is compared by whoever uses it."""
        return self.target(file.path, file.bytes)


def _updater(transport: Transport, root: bytes, place: Path, now: datetime) -> Updater:
    """Return a client over a transport, whose only trust is ``root`` and whose time is ``now``."""
    try:
        from tuf.api.exceptions import DownloadHTTPError  # noqa: PLC0415 - 250 ms, and an extra
        from tuf.ngclient.config import UpdaterConfig  # noqa: PLC0415
        from tuf.ngclient.fetcher import FetcherInterface  # noqa: PLC0415
        from tuf.ngclient.updater import Updater  # noqa: PLC0415
    except ImportError:
        raise InputError(
            "updates of the models need the extra `updates`: pip install edge-engine[updates]"
        ) from None

    class Fetcher(FetcherInterface):
        def _fetch(self, url: str) -> Iterator[bytes]:
            try:
                yield from transport.fetch(url)
            except FileNotFoundError:
                # The Update Framework asks for the next root until there is none.
                raise DownloadHTTPError("no such file", 404) from None

    (place / METADATA).mkdir()
    config = UpdaterConfig(
        max_root_rotations=MAX_ROOT_ROTATIONS,
        max_delegations=0,
        root_max_length=MAX_METADATA_BYTES,
        timestamp_max_length=16 * 1024,
        snapshot_max_length=MAX_METADATA_BYTES,
        targets_max_length=MAX_METADATA_BYTES,
    )
    updater = Updater(
        str(place / METADATA), METADATA, None, TARGETS, fetcher=Fetcher(), config=config, bootstrap=root
    )
    # The client has no port for the time: it reads the system's when it is made, into this one place.
    trusted = updater._trusted_set  # noqa: SLF001
    if not hasattr(trusted, "reference_time"):
        raise UpdateRefused("this version of tuf cannot be told the time")
    trusted.reference_time = now
    return updater


@contextmanager
def _converting() -> Iterator[None]:
    """Turn what the client raises into the engine's errors: the metadata is a stranger's until it is verified."""
    try:
        yield
    except EdgeError:
        raise
    except Exception as error:  # noqa: BLE001 - hostile metadata reaches parsers that raise what they like
        raise _converted(error) from None


def _converted(error: Exception) -> ModelError:
    from tuf.api import exceptions  # noqa: PLC0415

    if isinstance(error, exceptions.ExpiredMetadataError):
        return UpdateRefused("the signatures of the models' update have run out")
    if isinstance(error, exceptions.BadVersionNumberError):
        return UpdateRefused("the models' update is older than one that was seen before")
    if isinstance(error, exceptions.LengthOrHashMismatchError | exceptions.DownloadLengthMismatchError):
        return UpdateRefused("a file of the models' update is not the one that was signed")
    if isinstance(error, exceptions.DownloadError | OSError):
        return UpdateUnreachable("the models' updates cannot be had now, or lack a file")
    return UpdateRefused("the models' update is not signed as it must be")
