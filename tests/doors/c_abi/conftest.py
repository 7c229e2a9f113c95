"""The library, built once for a run of the tests, and the C programs that use it."""

from __future__ import annotations

import sysconfig

import pytest

from edge_engine.doors.c_abi.build import Product, Unbuildable, build, compiler, find_python
from tests.fakes.c_programs import Programs


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Product:
    """The library of this checkout for this Python; skips where it cannot be built, with the reason."""
    try:
        compiler()
        find_python()
    except Unbuildable as missing:
        pytest.skip(str(missing))
    return build(tmp_path_factory.mktemp("c_abi"))


@pytest.fixture(scope="session")
def programs(product: Product, tmp_path_factory: pytest.TempPathFactory) -> Programs:
    """The C programs beside this folder."""
    return Programs(product, tmp_path_factory.mktemp("programs"), sysconfig.get_path("purelib"))
