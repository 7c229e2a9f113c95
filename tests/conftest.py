"""Fixtures shared by every kind of test."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a longer run ask, live and kill more."""
    parser.addoption(
        "--histories", type=int, default=1000, help="how many random consents to live (default: 1000)"
    )
    parser.addoption(
        "--questions",
        type=int,
        default=20_000,
        help="how many questions of consent to ask twice (default: 20,000)",
    )
    parser.addoption(
        "--frames", type=int, default=0, help="how many frames to throw at a sidecar (default: 20,000)"
    )
    parser.addoption("--kills", type=int, default=10, help="how many imports to kill -9 (default: 10)")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of development data beside the project; tests that need it skip where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the development data folder ../shared/data is not here")
    return folder
