"""The engine's door to its models: which are used, whether they are sound, their cards, and signed updates."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

from edge_engine.expectation import newcomers
from edge_engine.views import ModelView

if TYPE_CHECKING:
    from edge_engine.clock import Clock
    from edge_engine.expectation import Expectation
    from edge_engine.inference.installed import Installed, ModelCheck
    from edge_engine.inference.updates import ModelUpdate, Transport
    from edge_engine.understanding import Understanding
    from edge_engine.vault.store import Vault


class Equipped(ABC):
    """The models that an engine uses, over one store; the engine is one."""

    _vault: Vault
    _clock: Clock
    _understanding: Understanding
    _expectation: Expectation

    @abstractmethod
    def _require_open(self) -> None:
        """Raise Closed or Suspended where the store is."""

    def models(self) -> list[ModelView]:
        """Return the model of each name that is used, its bytes checked; ``problem`` says which cannot be used."""
        return [
            ModelView(
                name=one.entry.name,
                version=str(one.entry.version),
                digest=one.entry.model.sha256,
                bytes=one.entry.model.bytes,
                origin=one.origin,
                license=one.entry.license,
                problem=one.problem,
            )
            for one in self._installed().current()
        ]

    def verify_models(self) -> list[ModelCheck]:
        """Examine every installed model: files, digests, operators, limits, and golden answers with the runtime."""
        return self._installed().verify()

    def model_card(self, name: str) -> str:
        """Return a model's card, in Markdown.

        Raises:
            ModelError: There is no such model, or its card is not the published one.
        """
        return self._installed().card(name)

    def update_models(
        self, source: Transport | str | Path, *, root: bytes, repository: str = "models"
    ) -> list[ModelUpdate]:
        """Take updates of the models that were signed as The Update Framework has it (extra ``updates``).

        Args:
            source: Brings the repository's files; a path stands for a folder that holds them.
            root: The repository's root metadata, as the app embeds it: what everything is trusted by.
            repository: Name of the repository in this store; another root of trust needs another name.

        Returns:
            What became of each model that was offered.

        Raises:
            UpdateRefused: The metadata is not signed as it must be, has run out, or is older than what was seen.
            UpdateUnreachable: A file cannot be had.
            InputError: The extra is not installed.
        """
        from edge_engine.inference.updates import FolderTransport, update  # noqa: PLC0415 - seldom asked for

        self._require_open()
        transport = FolderTransport(Path(source)) if isinstance(source, str | Path) else source
        store = self._vault.model_store()
        found = update(
            transport, root, store, clock=self._clock, repository=repository, newcomers=newcomers()
        )
        # What was loaded before stays in nobody's hands: the next question loads what is current now.
        self._understanding.forget()
        self._expectation.forget()
        return found

    def _installed(self) -> Installed:
        self._require_open()
        return installed(self._vault)


def installed(vault: Vault) -> Installed:
    """Return the models that ship and those that a store was given since."""
    from edge_engine.inference.installed import Installed  # noqa: PLC0415 - only who asks a model pays for it

    return Installed(vault.model_store())
