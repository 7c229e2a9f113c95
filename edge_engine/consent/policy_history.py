"""A made-up history of consent in a TOML file: what a person does, when the policy changes, and what is asked of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from edge_engine.consent.policy_cases import Expected
from edge_engine.consent.purpose import DeliveryChannel, Gate, Recipient
from edge_engine.consent.toml_file import parsed
from edge_engine.consent.toml_lines import Places
from edge_engine.errors import PolicyError


class Doing(StrEnum):
    """What happens in a step."""

    GRANT = "grant"
    WITHDRAW = "withdraw"
    POLICY = "policy"
    ASK = "ask"


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step of a history.

    Attributes:
        at: When, with its time zone; a clock may be set back.
        do: What happens.
        purpose: Identifier of the purpose that is granted, withdrawn or asked about.
        days: Days until a consent ends; as the policy says where 0.
        folder: Of the policy that takes the place of the one before, beside the file; empty for the engine's own.
        data: Kinds of data that are asked about.
        gate: Where; as `usual_gate` says of recipient and channel where None.
        recipient: Who would see it.
        channel: Way to the person; empty where none is used.
        expect: What must come out; anything may where None.
        rule: Identifier of the rule that must decide; any may where empty.
    """

    at: datetime
    do: Doing
    purpose: str = ""
    days: int = 0
    folder: str = ""
    data: tuple[str, ...] = ()
    gate: Gate | None = None
    recipient: Recipient = Recipient.DEVICE
    channel: DeliveryChannel | None = None
    expect: Expected | None = None
    rule: str = ""


class HistoryFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of a file of steps."""

    step: tuple[Step, ...]


def read_history(text: str, file: str) -> list[tuple[Step, int]]:
    """Return the steps of a file with their lines.

    Raises:
        PolicyError: The text is no history; the sentence names the file and the line.
    """
    places = Places(text, file)
    try:
        found = msgspec.convert(parsed(text, file), HistoryFile).step
    except msgspec.ValidationError as error:
        raise places.wrong_shape(str(error), HistoryFile) from None
    if not found:
        raise PolicyError("there is no step in the file", file=file, line=1)
    for at, step in enumerate(found):
        complaint = _wrong(step)
        if complaint:
            key, sentence = complaint
            raise places.complain(sentence, "step", at, key)
    return [(step, places.complain("", "step", at).line or 1) for at, step in enumerate(found)]


def _wrong(step: Step) -> tuple[str, str] | None:
    """Return the key that is wrong in a step, and why."""
    if step.at.tzinfo is None:
        return "at", "a time has its zone, such as 2027-01-05T09:00:00Z"
    if (step.do is Doing.POLICY) is bool(step.purpose):
        return "purpose", "a step names a purpose, unless it changes the policy"
    if step.do is not Doing.ASK and (step.data or step.rule or step.channel or step.expect):
        return "do", "only what asks has data, channel, expect and rule"
    if step.do is Doing.ASK and not step.data:
        return "data", "what asks names the data"
    if step.do is not Doing.POLICY and step.folder:
        return "folder", "only a change of policy names a folder"
    if step.do is not Doing.GRANT and step.days:
        return "days", "only a grant holds for some days"
    return None
