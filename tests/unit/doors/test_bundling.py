"""What goes into the frozen sidecar; that it runs is tried by `make bundle` itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_engine.doors import bundling

if TYPE_CHECKING:
    from pathlib import Path


def test_every_module_of_the_engine_goes_in_but_those_of_other_programs() -> None:
    found = set(bundling._modules())
    assert {"edge_engine.doors.stdio", "edge_engine.vault.store", "edge_engine_sync.prio3"} <= found
    assert {"edge_engine_models", "edge_engine_policies"} <= found
    apart = (
        "edge_engine.cli",
        "edge_engine.simulation",
        "edge_engine.evaluation",
        "edge_engine_sync.aggregator",
    )
    assert [name for name in found if name.startswith(apart)] == []


def test_a_folder_is_weighed_without_counting_links_twice(tmp_path: Path) -> None:
    (tmp_path / "sidecar").mkdir()
    (tmp_path / "sidecar" / "lib.so.1").write_bytes(bytes(1000))
    (tmp_path / "sidecar" / "lib.so").symlink_to("lib.so.1")
    assert bundling.size(tmp_path / "sidecar") == 1000
    assert bundling.archive(tmp_path / "sidecar").stat().st_size < 1000


def test_only_libraries_that_can_lose_their_symbols_do(tmp_path: Path) -> None:
    for name in ("numpy/core.so", "onnxruntime/capi/state.so", "libpython3.11.so.1.0", "lib-dynload/zlib.so"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = {file.relative_to(tmp_path).parts[0] for file in bundling._libraries(tmp_path)}
    assert found == {"onnxruntime", "libpython3.11.so.1.0", "lib-dynload"}


def test_files_that_are_read_go_in_and_what_clients_were_built_to_does_not() -> None:
    found = {file.relative_to(bundling._place("edge_engine")).as_posix() for file in bundling._own_files()}
    assert "vault/migrations/0001_initial.sql" in found
    assert "feeds/csv_columns.toml" in found
    assert [name for name in found if name.startswith(("doors/", "center/", "simulation/"))] == []
