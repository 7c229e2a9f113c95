"""Tasks that nobody has to set up at the aggregators: a client's upload carries the configuration.

The task's identifier is a hash of its configuration, so that it stands for nothing else, and the aggregators derive
their verification key from it and a secret of their own.

Source: draft-ietf-ppm-dap-taskprov-04, section 3.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING, Final

from edge_engine_sync.errors import ParameterInvalid
from edge_engine_sync.prio3 import VERIFY_KEY_SIZE
from edge_engine_sync.task import DAP_VERSION, Task

if TYPE_CHECKING:
    from edge_engine_sync.task import TaskConfiguration

HEADER: Final = "DAP-Taskprov"
SECRET_SIZE: Final = 32


def provisioned_task(configuration: TaskConfiguration, *, version: str = DAP_VERSION) -> Task:
    """Return the task of a configuration, with the identifier that follows from it.

    Raises:
        ParameterInvalid: Nobody can take part in it.
        MalformedMessage: The configuration cannot be encoded.
    """
    salt = hashlib.sha256(b"dap-taskprov task id").digest()
    return Task(hashlib.sha256(salt + configuration.encode()).digest(), configuration, version)


def advertisement(task: Task) -> dict[str, str]:
    """Return the header that tells an aggregator the configuration of a task; for ``Client.headers``."""
    return {HEADER: f":{base64.b64encode(task.configuration.encode()).decode('ascii')}:"}


def derive_verify_key(secret: bytes, task_id: bytes) -> bytes:
    """Return the verification key of a task, which both aggregators derive from the secret they share.

    Raises:
        ParameterInvalid: The secret has not 32 bytes.
    """
    if len(secret) != SECRET_SIZE:
        raise ParameterInvalid("The secret that aggregators share has 32 bytes.")
    key = hmac.digest(hashlib.sha256(b"dap-taskprov").digest(), secret, "sha256")
    # One block of HKDF-Expand is as long as the key.
    return hmac.digest(key, task_id + b"\x01", "sha256")[:VERIFY_KEY_SIZE]
