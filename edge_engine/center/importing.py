"""An import that is under way: what it read so far, and what became of it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from edge_engine.center.visit import sentence
from edge_engine.errors import Cancelled, EdgeError
from edge_engine.feeds.text import clean

if TYPE_CHECKING:
    from edge_engine.engine import Engine
    from edge_engine.ingestion import Tally
    from edge_engine.views import IngestReport

MAX_FILES: Final = 40
MAX_BYTES: Final = 96 * 2**20
"""Of all files of one import together: they are held in memory, since a copy on the disk would not be encrypted."""

TOO_MANY: Final = f"at most {MAX_FILES} files are taken at once; nothing was imported, bring them in parts"
TOO_LARGE: Final = (
    f"at most {MAX_BYTES // 2**20} MiB are taken at once; nothing was imported, bring fewer or shorter ones"
)

_MOST_NAME: Final = 120
"""Letters of a file's name that are shown; nothing in it may turn round what stands beside it."""

_LOG: Final = logging.getLogger("edge_engine.center")


class GivenFile(NamedTuple):
    """A file that the person gave."""

    name: str
    content: bytes


@dataclass(slots=True)
class Importing:
    """Some files, read one after the other; a file that cannot be read does not keep the others out.

    Attributes:
        files: What was given; empty once it is read.
        account: Key of the account, for files that name none.
        currency: ISO 4217 code, for files that name none.
        total: Bytes of all files.
        done: Bytes that are read.
        running: Whether it is under way.
        stopped: Whether the person stopped it; what was stored until then is kept.
        reports: Name of the file and what came of it, for those that were read.
        problems: Name of the file, sentence and code, for those that were not.
    """

    files: list[GivenFile]
    account: str = ""
    currency: str = ""
    total: int = 0
    done: int = 0
    running: bool = True
    stopped: bool = False
    reports: list[tuple[str, IngestReport]] = field(default_factory=list)
    problems: list[tuple[str, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.total = sum(len(one.content) for one in self.files)

    def run(self, engine: Engine) -> None:
        """Read every file."""
        engine.heed(self._check)
        try:
            for number, one in enumerate(self.files, 1):
                self._read(engine, clean(one.name, _MOST_NAME) or f"File {number}", one.content)
        finally:
            engine.heed(lambda: None)
            self.files, self.running = [], False

    def stop(self) -> None:
        """Have it end where it is; any thread may ask."""
        self.stopped = True

    def _check(self) -> None:
        """Go on, unless the person stopped it.

        Raises:
            Cancelled: They did.
        """
        if self.stopped:
            raise Cancelled(
                "this was stopped; what was read of it is kept, and importing it again completes it"
            )

    def _read(self, engine: Engine, name: str, content: bytes) -> None:
        before = self.done

        def advance(_: Tally, position: int) -> None:
            self.done = before + min(position, len(content))
            self._check()

        try:
            self._check()
            report = engine.ingest(content, account=self.account, currency=self.currency, progress=advance)
        except EdgeError as error:
            self.problems.append((name, sentence(error), error.code))
        except Exception as error:  # noqa: BLE001 - nobody waits for it; its message may hold private data
            _LOG.warning("an import failed [%s]", type(error).__name__)
            self.problems.append((name, "This file could not be read; please report it.", "internal"))
        else:
            self.reports.append((name, report))
        self.done = before + len(content)

    def progress(self) -> dict[str, Any]:
        """Return how far it is, for the page that waits."""
        added = sum(one.added for _, one in self.reports)
        return {"running": self.running, "done": self.done, "total": self.total, "added": added}
