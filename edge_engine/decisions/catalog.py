"""The offers: what may be suggested, to whom, for which consent and how often, read from ``offers.toml``."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from edge_engine.consent.toml_file import decode, packaged, read_text
from edge_engine.consent.toml_lines import Places
from edge_engine.decisions.catalog_checks import check_offers
from edge_engine.decisions.offer import Offer

FILE: Final = "offers.toml"


class OffersFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of ``offers.toml``."""

    schema: int
    version: str
    offer: tuple[Offer, ...]


class Catalog(msgspec.Struct, frozen=True):
    """Every offer of one file.

    Attributes:
        version: The file's own version.
        offers: By identifier, in the order of the file, which is the order where nothing was learned.
        digest: SHA-256 of the file, hexadecimal.
    """

    version: str
    offers: dict[str, Offer]
    digest: str

    @classmethod
    def default(cls) -> Catalog:
        """Return the offers that ship with the engine; read once a process."""
        return _default()

    @classmethod
    def load(cls, folder: str | Path) -> Catalog:
        """Read ``offers.toml`` of a folder.

        Raises:
            PolicyError: It cannot be read or is not valid; the sentence names the file and the line.
        """
        return cls.parse(read_text(Path(folder) / FILE))

    @classmethod
    def parse(cls, text: str) -> Catalog:
        """Read offers from the text of their file.

        Raises:
            PolicyError: It is not valid; the sentence names the file and the line.
        """
        main = decode(text, OffersFile, FILE)
        check_offers(main, Places(text, FILE))
        return cls(
            main.version, {one.id: one for one in main.offer}, hashlib.sha256(text.encode()).hexdigest()
        )


@cache
def _default() -> Catalog:
    return Catalog.parse(packaged(FILE))
