"""The engine's door to what it can prove: one folder for an auditor, and a check of it that needs no store."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec

from edge_engine import arguments
from edge_engine.errors import DiskFull, InputError, ReadOnly

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from edge_engine.actions.disclosure import Disclosure
    from edge_engine.clock import Clock
    from edge_engine.consent.ledger import Ledger
    from edge_engine.signals.reporting import Signals
    from edge_engine.vault.store import Vault
    from edge_engine.views import ModelView

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
_MAX_FILE: Final = 64 * 1024 * 1024
_MAX_RECEIPT: Final = 64 * 1024

_README: Final = """# Evidence of consent

What this installation was allowed to do, what it sent and to whom, and by which rules, as of {at}. It holds choices
about privacy, small counts and names of what was given; no transaction, amount of money, merchant or account.

| file | is |
|---|---|
| `manifest.json`, `manifest.sig` | the SHA-256 of every other file, signed by the device key |
| `ledger.jsonl`, `ledger_head.json` | every grant, withdrawal and expiry, chained and signed |
| `policies/` | what was agreed to with each grant, word by word: who answers, the purpose, its rules and columns |
| `records/`, `receipts/` | ISO/IEC TS 27560:2023, as JSON-LD in the Data Privacy Vocabulary |
| `purposes.md` | today's policy, SHA-256 of its files {digest} |
| `signals.md`, `signals.json` | what may be counted over many people, and whether it is |
| `budget.json`, `sent.json`, `dropped.json` | the privacy budget, every report that left, what was not sent and why |
| `disclosures.json` | what kinds of data the bank and advisers were given, and under which entry |
| `models.json`, `models/` | the models in use with their digests, and their cards |
| `erasures/` | receipts of erasures that were handed over |

The device key is {key}. Whoever knows it from elsewhere, such as from an earlier receipt,
knows that this folder is of the same installation, and that nothing in it was changed or left out since it was written.
`edge-engine consent evidence --check FOLDER` checks it without the store. By hand: the hash of an entry is
SHA-256 over the hash of the entry before (for the first: SHA-256 of the words `edge-engine consent ledger 1`) followed
by the bytes of `body`; its signature is Ed25519 (RFC 8032) over that hash, by the key in `ledger_head.json`.
The manifest's is over the words `edge-engine evidence 1`, a zero byte, and the SHA-256 of `manifest.json`.
"""


class EvidencePack(msgspec.Struct, frozen=True):
    """What was written.

    Attributes:
        at: When, UTC.
        files: SHA-256 of each file by its path in the folder, hexadecimal.
        entries: Entries of the consent ledger.
    """

    at: datetime
    files: dict[str, str]
    entries: int


class Proving(ABC):
    """What can be proved, over one store; the engine is one."""

    _vault: Vault
    _clock: Clock
    consent: Ledger

    @property
    @abstractmethod
    def signals(self) -> Signals:
        """What may be counted over many people."""

    @abstractmethod
    def disclosures(self) -> list[Disclosure]:
        """Return what the bank and advisers were given."""

    @abstractmethod
    def models(self) -> list[ModelView]:
        """Return the models in use."""

    @abstractmethod
    def model_card(self, name: str) -> str:
        """Return a model's card."""

    def evidence(self, folder: str | Path, *, erasures: Sequence[str | Path] = ()) -> EvidencePack:
        """Write what an auditor asks for into a new folder; it holds choices about privacy and no transaction.

        Args:
            folder: One that is not there yet.
            erasures: Files with receipts of erasures, such as ``edge-engine erase --json`` prints.

        Raises:
            InputError: The folder is there already, or cannot be, or a file holds no receipt.
            LedgerTampered: The consent ledger does not verify.
            ReadOnly: The folder cannot be written.
            DiskFull: There is no room for it.
        """
        target = arguments.file(folder)
        receipts = [_receipt(arguments.file(one)) for one in erasures]
        self._vault.require_open()
        self.consent.verify()
        now = self._clock.now().astimezone(UTC)
        found = self._gathered(now)
        found |= {f"erasures/{at}.json": one for at, one in enumerate(receipts, 1)}
        digests = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(found.items())}
        written = EvidencePack(now, digests, self.consent.head().seq)
        found[MANIFEST] = _readable(written)
        found[SIGNATURE] = self.consent.attest(found[MANIFEST]).encode() + b"\n"
        _write(target, found)
        return written

    def _gathered(self, now: datetime) -> dict[str, bytes]:
        """Return the files by path."""
        from edge_engine.consent import documentation, evidence  # noqa: PLC0415 - seldom asked for
        from edge_engine.signals.documentation import markdown  # noqa: PLC0415 - likewise

        signals, policy, models = self.signals, self.consent.policy, self.models()
        return {
            **evidence.files(self.consent, self._vault.ledger_store().events()),
            "README.md": _README.format(
                at=f"{now:%Y-%m-%d %H:%M} UTC", digest=policy.digest, key=self.consent.head().public_key
            ).encode(),
            "purposes.md": documentation.markdown(policy).encode(),
            "signals.md": markdown(signals.catalogue).encode(),
            "signals.json": _readable(signals.state()),
            "budget.json": _readable(signals.budget()),
            "sent.json": _readable(signals.sent()),
            "dropped.json": _readable(signals.dropped()),
            "disclosures.json": _readable(self.disclosures()),
            "models.json": _readable(models),
            **{
                f"models/{one.name}.md": self.model_card(one.name).encode()
                for one in models
                if not one.problem
            },
        }


def check(folder: str | Path) -> list[str]:
    """Return what is wrong with a folder of evidence, in sentences; nothing where all of it holds.

    Raises:
        InputError: There is no such folder, or it holds no evidence.
    """
    from edge_engine.consent import evidence  # noqa: PLC0415 - seldom asked for

    place = arguments.folder(folder)
    try:
        manifest = _content(place / MANIFEST)
        told = msgspec.json.decode(manifest, type=EvidencePack)
    except (OSError, msgspec.MsgspecError):
        raise InputError("this folder holds no evidence") from None
    found = {one.relative_to(place).as_posix() for one in place.rglob("*") if not one.is_dir()}
    faults = [
        f"{name} is not in the manifest" for name in sorted(found - told.files.keys() - {MANIFEST, SIGNATURE})
    ]
    contents: dict[str, bytes] = {}
    for name, digest in told.files.items():
        try:
            contents[name] = _content(place / name) if name in found else b""
        except OSError:
            contents[name] = b""
        if hashlib.sha256(contents[name]).hexdigest() != digest:
            faults.append(f"{name} is missing or not the one that was written")
    ledger, head = contents.get(evidence.LEDGER), contents.get(evidence.HEAD)
    if ledger is None or head is None:
        return [*faults, "there is no ledger"]
    try:
        signature = _content(place / SIGNATURE).decode("ascii", "replace").strip()
    except OSError:
        signature = ""
    if not evidence.attests(evidence.key_of(head), manifest, signature):
        faults.append("the manifest was not signed by the key that the ledger names")
    broken = list(evidence.faults(ledger, head))
    if not broken:
        faults += [
            f"there is no record of {purpose}, which was agreed to"
            for purpose in evidence.agreed_purposes(ledger)
            if f"records/{purpose}.jsonld" not in contents
        ]
    return [*faults, *broken]


def _content(file: Path) -> bytes:
    """Return a file's bytes; a link or something huge is none of evidence's.

    Raises:
        OSError: It cannot be read.
    """
    if file.is_symlink() or file.stat().st_size > _MAX_FILE:
        raise OSError
    return file.read_bytes()


def _receipt(file: Path) -> bytes:
    from edge_engine.vault.erase import ErasureReceipt  # noqa: PLC0415 - seldom asked for

    try:
        with file.open("rb") as opened:
            receipt = msgspec.json.decode(opened.read(_MAX_RECEIPT), type=ErasureReceipt)
    except (OSError, msgspec.MsgspecError):
        raise InputError("a file named as the receipt of an erasure holds none") from None
    return _readable(receipt)


def _write(folder: Path, files: dict[str, bytes]) -> None:
    """Write a new folder for its owner alone; nothing of it is left where that fails."""
    import shutil  # noqa: PLC0415 - seldom asked for

    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        raise InputError("the folder exists already; name a new one") from None
    except (FileNotFoundError, NotADirectoryError):
        raise InputError("the folder that it would be in does not exist") from None
    except OSError:
        raise ReadOnly("the folder cannot be made") from None
    try:
        for name, content in files.items():
            file = folder / name
            file.parent.mkdir(mode=0o700, exist_ok=True)
            file.write_bytes(content)
    except OSError as error:
        with suppress(OSError):
            shutil.rmtree(folder)
        raise _reason(error) from None


def _reason(error: OSError) -> DiskFull | ReadOnly:
    import errno  # noqa: PLC0415 - only where writing failed

    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull("there is no room for the evidence; nothing of it is left")
    return ReadOnly("the evidence cannot be written; nothing of it is left")


def _readable(told: object) -> bytes:
    """Return JSON as people read it."""
    return msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n"


def key_of(folder: str | Path) -> str:
    """Return the public key, hexadecimal, that a folder of evidence was signed with; empty where it has none."""
    from edge_engine.consent import evidence  # noqa: PLC0415 - seldom asked for

    try:
        return evidence.key_of(_content(arguments.folder(folder) / evidence.HEAD))
    except OSError:
        return ""
