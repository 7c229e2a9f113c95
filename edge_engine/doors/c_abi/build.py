"""Build ``libedge_engine`` for this Python: ``python -m edge_engine.doors.c_abi.build --out DIR``.

The folder gets ``lib/libedge_engine.so``, the headers in ``include`` and a pkg-config file. The library finds Python
and the packages where they are on this machine at the time of the build; a program that ships them somewhere else
names its places in ``ee_options``.

It links the shared library of the Python that runs this command, and takes the packages that this Python sees.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from edge_engine.errors import DoorError

SOURCES: Final = Path(__file__).parent
SONAME: Final = "libedge_engine.so.1"
"""The digit is `EE_ABI` of the header."""

HEADERS: Final = ("edge_engine.h", "edge_engine_names.h", "module.modulemap")
PACKAGES: Final = ("edge_engine", "edge_engine_sync", "edge_engine_models", "edge_engine_policies")

_FLAGS: Final = (
    "-std=c11", "-O2", "-fPIC", "-fvisibility=hidden", "-fstack-protector-strong", "-D_FORTIFY_SOURCE=2",
    "-pthread", "-Wall", "-Wextra", "-Werror",
)  # fmt: skip

# Threads of the engine and callbacks outlive a dlclose(): the library stays. And it leaves no name to chance.
_LINKING: Final = ("-shared", f"-Wl,-soname,{SONAME}", "-Wl,-z,nodelete,-z,defs,-z,relro,-z,now")

_PKG_CONFIG: Final = """\
prefix=${{pcfiledir}}/../..
libdir=${{prefix}}/lib
includedir=${{prefix}}/include

Name: edge_engine
Description: Privacy-first personal finance intelligence inside your own process
Version: {version}
Libs: -L${{libdir}} -ledge_engine
Cflags: -I${{includedir}}
"""


class Unbuildable(DoorError):
    """The library cannot be built here."""


@dataclass(frozen=True, slots=True)
class Product:
    """What a build made.

    Attributes:
        library: The shared library itself.
        include: Folder of the headers.
        pkg_config: Folder of the pkg-config file.
    """

    library: Path
    include: Path
    pkg_config: Path


@dataclass(frozen=True, slots=True)
class PythonPlace:
    """Where the Python to embed is.

    Attributes:
        home: Its prefix.
        stdlib: The standard library, relative to the home.
        program: The interpreter, relative to the home.
        headers: Folder of ``Python.h``.
        libraries: Folder of the shared library.
        name: What the linker calls the shared library, without its ``lib``.
    """

    home: Path
    stdlib: str
    program: str
    headers: Path
    libraries: Path
    name: str


def compiler() -> str:
    """Return the C compiler: ``CC`` of the environment, else ``cc``, ``gcc`` or ``clang``.

    Raises:
        Unbuildable: There is none.
    """
    for name in filter(None, (os.environ.get("CC"), "cc", "gcc", "clang")):
        found = shutil.which(name)
        if found:
            return found
    raise Unbuildable("there is no C compiler: install gcc or clang")


def find_python() -> PythonPlace:
    """Return where the running Python is.

    Raises:
        Unbuildable: It has no shared library or no headers, or this is no Linux.
    """
    if sys.platform != "linux":
        raise Unbuildable("the C library is built on Linux only, so far")
    if not sysconfig.get_config_var("Py_ENABLE_SHARED"):
        raise Unbuildable("this Python has no shared library: take one that was built with --enable-shared")
    headers = Path(sysconfig.get_path("include"))
    if not (headers / "Python.h").is_file():
        raise Unbuildable("this Python's headers are not installed: on Debian they are in python3-dev")
    home = Path(sys.base_prefix).resolve()
    stdlib = Path(sysconfig.get_path("stdlib")).resolve()
    if not stdlib.is_relative_to(home):
        raise Unbuildable("this Python's standard library is not within its prefix")
    name = f"python{sysconfig.get_config_var('LDVERSION')}"
    return PythonPlace(
        home=home,
        stdlib=str(stdlib.relative_to(home)),
        program=f"bin/python{sysconfig.get_python_version()}",
        headers=headers,
        libraries=Path(sysconfig.get_config_var("LIBDIR")),
        name=name,
    )


def find_packages() -> list[Path]:
    """Return the folders to import from, in order: the engine's packages wherever they are, then what they need.

    Raises:
        Unbuildable: A package is not installed, or a folder's name cannot be written into C.
    """
    folders = []
    for name in PACKAGES:
        spec = find_spec(name)
        if spec is None or not spec.submodule_search_locations:
            raise Unbuildable(f"the package {name} is not installed")
        folders.append(Path(spec.submodule_search_locations[0]).resolve().parent)
    folders += [Path(sysconfig.get_path(kind)) for kind in ("purelib", "platlib")]
    return list(dict.fromkeys(folders))


def build(out: Path) -> Product:
    """Compile the library into a folder.

    Raises:
        Unbuildable: Something that it needs is missing, or the compiler refuses.
    """
    python = find_python()
    product = Product(out / "lib" / SONAME, out / "include", out / "lib" / "pkgconfig")
    for folder in (product.library.parent, product.include, product.pkg_config):
        folder.mkdir(parents=True, exist_ok=True)
    command = [
        compiler(), *_FLAGS, *_definitions(python), f"-I{SOURCES}", f"-I{python.headers}",
        *sorted(str(source) for source in SOURCES.glob("*.c")), "-o", str(product.library), *_LINKING,
        f"-L{python.libraries}", f"-Wl,-rpath,{python.libraries}", f"-l{python.name}", "-ldl",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - the developer's compiler
    if done.returncode != 0:
        raise Unbuildable(f"the compiler refused:\n{done.stderr.strip()}")
    link = product.library.with_suffix("")
    link.unlink(missing_ok=True)
    link.symlink_to(SONAME)
    for header in HEADERS:
        shutil.copy(SOURCES / header, product.include)
    (product.pkg_config / "edge_engine.pc").write_text(_PKG_CONFIG.format(version=version("edge-engine")))
    return product


def _definitions(python: PythonPlace) -> list[str]:
    words = {
        "EE_VERSION": _c_string(version("edge-engine")),
        "EE_DEFAULT_HOME": _c_string(str(python.home)),
        "EE_STDLIB": _c_string(python.stdlib),
        "EE_PROGRAM": _c_string(python.program),
        "EE_DEFAULT_PATHS": ", ".join(_c_string(str(path)) for path in find_packages()),
    }
    return [f"-D{name}={value}" for name, value in words.items()]


def _c_string(text: str) -> str:
    """Return a C string literal; what is no plain character is written as three octal digits."""
    octets = (
        chr(octet) if 32 <= octet < 127 and chr(octet) not in '"\\?' else f"\\{octet:03o}"
        for octet in text.encode()
    )
    return f'"{"".join(octets)}"'


def main(arguments: list[str] | None = None) -> int:
    """Build as the command line says; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m edge_engine.doors.c_abi.build", description="Build libedge_engine."
    )
    parser.add_argument("--out", type=Path, required=True, help="folder that gets include/ and lib/")
    try:
        product = build(parser.parse_args(arguments).out.resolve())
    except Unbuildable as unbuildable:
        sys.stderr.write(f"{unbuildable} [{unbuildable.code}]\n")
        return 1
    sys.stdout.write(f"{product.library.with_suffix('')}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
