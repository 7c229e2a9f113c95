"""A repository of model updates, built and signed for real with The Update Framework's own library and Ed25519 keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp

from edge_engine.inference import manifest
from edge_engine.inference.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ROLES = ("root", "timestamp", "snapshot", "targets")


@dataclass
class UpdateRepository:
    """Files by path, as a server would hold them; each `publish` signs a new state of all of it.

    Attributes:
        expires: When the metadata that is signed next runs out.
        files: What a client can fetch.
        asked: What clients fetched.
    """

    expires: datetime = NOW + timedelta(days=7)
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    signers: dict[str, CryptoSigner] = field(
        default_factory=lambda: {role: CryptoSigner.generate_ed25519() for role in ROLES}
    )
    version: int = 0
    root_version: int = 0

    def __post_init__(self) -> None:
        self.sign_root()

    def sign_root(self, *former: CryptoSigner) -> bytes:
        """Sign a new root with the present keys, and with former root keys where they change."""
        self.root_version += 1
        root = Root(
            version=self.root_version, expires=self.expires + timedelta(days=365), consistent_snapshot=True
        )
        for role in ROLES:
            root.add_key(self.signers[role].public_key, role)
        signed = Metadata(root)
        for signer in (*former, self.signers["root"]):
            signed.sign(signer, append=True)
        content = signed.to_bytes()
        self.files[f"metadata/{self.root_version}.root.json"] = content
        return content

    @property
    def root(self) -> bytes:
        """The first root metadata, as an app embeds it."""
        return self.files["metadata/1.root.json"]

    def publish(self, listing: bytes, files: dict[str, bytes], version: int | None = None) -> None:
        """Sign a manifest and the files that it names."""
        self.version = version if version is not None else self.version + 1
        targets = Targets(version=self.version, expires=self.expires)
        for path, content in {**files, "manifest.json": listing}.items():
            target = TargetFile.from_data(path, content, ["sha256"])
            targets.targets[path] = target
            folder, _, name = path.rpartition("/")
            self.files[f"targets/{folder}{'/' if folder else ''}{target.hashes['sha256']}.{name}"] = content
        self._write("targets", targets)
        snapshot = Snapshot(
            version=self.version, expires=self.expires, meta={"targets.json": MetaFile(self.version)}
        )
        self._write("snapshot", snapshot)
        self.stamp()

    def stamp(self, version: int | None = None) -> None:
        """Sign a timestamp of the present snapshot."""
        timestamp = Timestamp(
            version=version or self.version, expires=self.expires, snapshot_meta=MetaFile(self.version)
        )
        self.files["metadata/timestamp.json"] = self.signed("timestamp", timestamp)

    def signed(self, role: str, content: Root | Timestamp | Snapshot | Targets) -> bytes:
        """Return metadata signed with the present key of a role."""
        metadata: Metadata[Any] = Metadata(content)
        metadata.sign(self.signers[role])
        return metadata.to_bytes()

    def _write(self, role: str, content: Snapshot | Targets) -> None:
        self.files[f"metadata/{self.version}.{role}.json"] = self.signed(role, content)

    def offer_shipped(self, name: str, version: int) -> None:
        """Publish a model that ships with the engine as another version of itself."""
        shipped = Registry.default()
        entry = msgspec.structs.replace(shipped.entry(name), version=version)
        files = {file.path: shipped.file(name, role) for role, file in entry.published().items()}
        self.publish(manifest.encode([entry]), files)

    def write(self, folder: Path) -> Path:
        """Write the repository as a folder and return the file with its root."""
        for path, content in self.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        (folder / "root.json").write_bytes(self.root)
        return folder / "root.json"

    # -- the transport -------------------------------------------------------------------------------------------

    def fetch(self, path: str) -> Iterable[bytes]:
        """Yield a file in small pieces, as a network would."""
        self.asked.append(path)
        if path not in self.files:
            raise FileNotFoundError(path)
        return self._pieces(self.files[path])

    @staticmethod
    def _pieces(content: bytes) -> Iterator[bytes]:
        for at in range(0, len(content), 1000):
            yield content[at : at + 1000]
