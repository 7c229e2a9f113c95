"""Tasks that follow from their configuration."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from edge_engine_sync.client import Client
from edge_engine_sync.errors import ParameterInvalid
from edge_engine_sync.task import TaskConfiguration
from edge_engine_sync.taskprov import advertisement, derive_verify_key, provisioned_task
from tests.fakes.aggregators import NOW, Aggregators, make_task

CONFIGURATION = make_task().configuration


def test_the_identifier_is_a_salted_hash_of_the_configuration() -> None:
    task = provisioned_task(CONFIGURATION)
    salt = hashlib.sha256(b"dap-taskprov task id").digest()
    assert task.task_id == hashlib.sha256(salt + CONFIGURATION.encode()).digest()
    assert provisioned_task(replace(CONFIGURATION, min_batch_size=1)).task_id != task.task_id
    assert provisioned_task(CONFIGURATION, version="dap-19").version == "dap-19"


def test_an_upload_carries_the_configuration_in_a_header() -> None:
    servers, task = Aggregators(), provisioned_task(CONFIGURATION)
    Client(servers, lambda: NOW, headers=advertisement(task)).send(task, 2)
    _, _, headers, _ = servers.requests[-1]
    value = headers["DAP-Taskprov"]
    assert (value[0], value[-1]) == (":", ":")
    assert TaskConfiguration.decode(base64.b64decode(value[1:-1], validate=True)) == CONFIGURATION
    assert servers.count(task) == [0, 0, 1, 0, 0, 0, 0, 0, 0, 0]


def test_the_verification_key_is_hkdf_of_the_shared_secret() -> None:
    secret, task_id = bytes(range(32)), provisioned_task(CONFIGURATION).task_id
    salt = hashlib.sha256(b"dap-taskprov").digest()
    expected = HKDF(algorithm=SHA256(), length=32, salt=salt, info=task_id).derive(secret)
    assert derive_verify_key(secret, task_id) == expected
    with pytest.raises(ParameterInvalid, match="32 bytes"):
        derive_verify_key(bytes(31), task_id)
