"""What a run of a fleet is told of: every number of it comes from what happened."""

from __future__ import annotations

import msgspec


class Column(msgspec.Struct, frozen=True):
    """One number of a collected sum: what it counts, what the collector got, and what is true."""

    name: str
    collected: int
    truth: int


class Collected(msgspec.Struct, frozen=True):
    """One signal, collected.

    Attributes:
        signal: Identifier.
        title: A few words for people.
        reports: How many the sum is over, as the servers say.
        columns: Its numbers.
        epsilon: Privacy loss of a contribution.
        noise: In words.
        deviation: Standard deviation of the noise on each number, as stated.
        error: Root of the mean squared error, as seen.
    """

    signal: str
    title: str
    reports: int
    columns: tuple[Column, ...]
    epsilon: float
    noise: str
    deviation: float
    error: float


class Bytes(msgspec.Struct, frozen=True):
    """One report of one device, byte by byte, and what each server makes of its part; bytes in hexadecimal.

    Attributes:
        device: Number of the device.
        signal: What it is of.
        value: What the device measured, in words.
        report: The whole upload.
        public_share: Told to both.
        leader_sealed: What is sealed for the leader.
        helper_sealed: What is sealed for the helper.
        leader_opened: What the leader finds in it.
        helper_opened: What the helper finds.
        leader_numbers: The leader's share of each number.
        helper_numbers: The helper's.
        modulus: What both are added up modulo.
        together: The sums of both: the measurement, which neither server has.
    """

    device: int
    signal: str
    value: str
    report: str
    public_share: str
    leader_sealed: str
    helper_sealed: str
    leader_opened: str
    helper_opened: str
    leader_numbers: tuple[str, ...]
    helper_numbers: tuple[str, ...]
    modulus: str
    together: tuple[int, ...]


class Withdrawal(msgspec.Struct, frozen=True):
    """One device withdraws with its reports made, charged and not sent.

    Attributes:
        device: Its number.
        waited: Reports in its outbox before.
        purged: Rows deleted before the call returned, by table.
        left: Reports in its outbox after.
        code: Of the refusal when it is asked to contribute again.
        rule: That refuses.
        requests: Requests that it made after it had withdrawn, when it was told to send all the same.
        server_before: Reports at the leader just before that, by signal, with those of the others all counted.
        server_after: Just after.
        sent: What it ever sent.
    """

    device: int
    waited: int
    purged: dict[str, int]
    left: int
    code: str
    rule: str
    requests: int
    server_before: dict[str, int]
    server_after: dict[str, int]
    sent: int


class Told(msgspec.Struct, frozen=True):
    """The whole run.

    Attributes:
        devices: How many.
        leader: URL of the leader.
        helper: URL of the helper.
        processes: Process identifiers by role.
        agreed: Devices whose person agreed to be counted.
        refused: Devices whose person did not, by the code of the refusal.
        sent: Reports that the leader has, by signal, as the devices say.
        dropped: Reports that were dropped on the devices, by reason.
        leader_counts: What the leader says became of its reports, by signal.
        helper_counts: What the helper says.
        collected: The sums.
        bytes: One device's report.
        withdrawal: The device that withdraws.
        budget: Of one device that sent: epsilon of an epoch, spent and left.
        seconds: How long each part took.
        ended: Whether every process had ended.
    """

    devices: int
    leader: str
    helper: str
    processes: dict[str, int]
    agreed: int
    refused: dict[str, int]
    sent: dict[str, int]
    dropped: dict[str, int]
    leader_counts: dict[str, dict[str, int]]
    helper_counts: dict[str, dict[str, int]]
    collected: tuple[Collected, ...]
    bytes: Bytes
    withdrawal: Withdrawal
    budget: dict[str, float]
    seconds: dict[str, float]
    ended: bool
