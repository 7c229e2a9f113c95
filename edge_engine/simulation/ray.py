"""The same run on a Ray cluster, for those who outgrow a machine: ``--on ray``, extra ``ray``.

Ray starts the processes, brings them to the machines of its cluster and the parts back; which devices are lived, and
what comes of them, is `trial`'s. Every machine of the cluster needs this package, and the folders that the settings
name, in the same place.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

from edge_engine.errors import InputError
from edge_engine.simulation.trial import Part, live_part

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RAY: Final = "ray"
_PATIENCE: Final = 30.0
"""Seconds in which a cluster says that it is there."""

_PENDING: Final = 4
"""Parts that wait for each processor of the cluster."""


class Ray:
    """Lives parts on a Ray cluster.

    Args:
        address: Of a cluster that runs; empty for a new one on this machine.
        processors: Of a new one; all of this machine where None.

    Attributes:
        count: Processors of the cluster, once it has been asked.

    Raises:
        InputError: Ray is not installed.
    """

    name = RAY

    def __init__(self, address: str = "", processors: int | None = None) -> None:
        self._ray = _ray()
        self._address, self._processors = address, processors
        self.count = processors or 0

    def parts(self, settings: bytes, numbers: Sequence[int]) -> Iterator[Part]:
        """Yield the parts of some numbers, as they are done.

        Raises:
            InputError: There is no cluster at the address.
        """
        if not numbers:
            return
        ray = self._ray
        self._begin()
        try:
            self.count = max(int(ray.cluster_resources().get("CPU", 1)), 1)
            remote = ray.remote(num_cpus=1)(live_part)
            waiting: list[Any] = []
            rest = iter(numbers)
            for number in rest:
                waiting.append(remote.remote(settings, number))
                if len(waiting) >= _PENDING * self.count:
                    (done,), waiting = ray.wait(waiting, num_returns=1)
                    yield ray.get(done)
            while waiting:
                (done,), waiting = ray.wait(waiting, num_returns=1)
                yield ray.get(done)
        finally:
            ray.shutdown()

    def _begin(self) -> None:
        given: dict[str, Any] = {"log_to_driver": False, "configure_logging": False}
        if self._address:
            _require_there(self._address)
            given["address"] = self._address
        else:
            given |= {"num_cpus": self._processors, "include_dashboard": False}
        try:
            self._ray.init(**given)
        except (ConnectionError, ValueError, RuntimeError):
            raise InputError(
                "the Ray cluster cannot be reached, or wants a token: RAY_AUTH_MODE=token shows the one that it gave"
            ) from None


def _require_there(address: str) -> None:
    """Ask whether anything answers, by Ray's own command: joining what is not there takes many minutes to fail.

    What answers may still refuse it: the command knows no tokens, and joining says more than it does.

    Raises:
        InputError: Nothing answers.
    """
    if "://" in address or ":" not in address:
        return  # of a client, or found by Ray itself
    asked = (sys.executable, "-m", "ray.scripts.scripts", "health-check", "--address", address)
    try:
        subprocess.run(asked, capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603 - no shell
    except subprocess.TimeoutExpired:
        raise InputError("the Ray cluster cannot be reached") from None


def _ray() -> Any:  # noqa: ANN401 - a module without types
    try:
        import ray  # noqa: PLC0415 - an extra that few install
    except ImportError:
        raise InputError("a run on Ray needs the extra ray of this package: pip install ray") from None
    return ray
