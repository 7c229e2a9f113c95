"""C programs of the tests: compiled against the built library, run from outside, spoken to in frames."""

from __future__ import annotations

import os
import struct
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from edge_engine.doors.c_abi.build import compiler

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from edge_engine.doors.c_abi.build import Product

SOURCES = Path(__file__).parents[1] / "doors" / "c_abi" / "programs"
STANDIN = SOURCES.parent / "standin"
STRICT = ("-std=c11", "-O1", "-g", "-D_GNU_SOURCE", "-pthread", "-Wall", "-Wextra", "-Werror")


def frame(number: int, method: str, params: object = None) -> bytes:
    """Return a request."""
    return msgspec.msgpack.encode((1, number, method, params))


def lined_up(frames: Iterable[bytes]) -> bytes:
    """Return frames, each with its length in front."""
    return b"".join(struct.pack("<I", len(one)) + one for one in frames)


def told(output: bytes) -> list[tuple[int, bytes]]:
    """Return the statuses and responses that a program wrote."""
    found = []
    while output:
        status, size = struct.unpack("<iI", output[:8])
        found.append((status, output[8 : 8 + size]))
        output = output[8 + size :]
    return found


@dataclass
class Programs:
    """The programs of the tests, each compiled when it is first run.

    Attributes:
        product: The library that they are linked with.
        folder: Where they go.
        packages: Folders of a Python's packages, for the stand-in door.
    """

    product: Product
    folder: Path
    packages: str
    _compiled: dict[str, Path] = field(default_factory=dict)

    @property
    def standin(self) -> str:
        """Folders that hold the stand-in door, as a program's first argument."""
        return f"{STANDIN}:{self.packages}"

    def compile(
        self, name: str, *, source: Path | None = None, linked: bool = True, libraries: Sequence[str] = ()
    ) -> Path:
        """Return the executable."""
        if name not in self._compiled:
            out = self.folder / name
            library = self.product.library.parent
            links = [f"-L{library}", "-ledge_engine", f"-Wl,-rpath,{library}"] if linked else ["-ldl"]
            command = [compiler(), *STRICT, f"-I{self.product.include}", str(source or SOURCES / f"{name}.c")]
            subprocess.run([*command, "-o", str(out), *links, *libraries], check=True)
            self._compiled[name] = out
        return self._compiled[name]

    def run(
        self,
        name: str,
        *arguments: str | Path,
        given: bytes = b"",
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        linked: bool = True,
    ) -> bytes:
        """Run one, which must end well, and return what it printed."""
        done = subprocess.run(
            [self.compile(name, linked=linked), *map(str, arguments)],
            input=given,
            capture_output=True,
            timeout=180,
            check=False,
            env={**os.environ, **(environment or {})},
            cwd=folder or self.folder,
        )
        assert done.returncode == 0, (name, done.returncode, done.stderr.decode(errors="replace"))
        return done.stdout

    def ask(self, paths: str, frames: Iterable[bytes], **where: Any) -> list[tuple[int, bytes]]:  # noqa: ANN401
        """Hand frames to one door, one after the other; return statuses and responses."""
        return told(self.run("caller", paths, given=lined_up(frames), **where))

    def results(self, paths: str, frames: Iterable[bytes], **where: Any) -> list[Any]:  # noqa: ANN401
        """Hand frames to one door and return the results; an error is a failure."""
        decoded = [
            (status, msgspec.msgpack.decode(response))
            for status, response in self.ask(paths, frames, **where)
        ]
        assert all(status == 0 and response[2] is None for status, response in decoded), decoded
        return [response[3] for _, response in decoded]
