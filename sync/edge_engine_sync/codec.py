"""Reading and writing the presentation language of TLS, in which all messages of DAP are defined.

Source: RFC 8446, section 3.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Self, TypeVar

from edge_engine_sync.errors import MalformedMessage


def uint(value: int, size: int) -> bytes:
    """Return an unsigned integer of ``size`` bytes, most significant first.

    Raises:
        MalformedMessage: It does not fit.
    """
    try:
        return value.to_bytes(size, "big")
    except OverflowError:
        raise MalformedMessage("A number of a message does not fit its field.") from None


def opaque(value: bytes, size: int, least: int = 0) -> bytes:
    """Return bytes behind their length, which has ``size`` bytes.

    Raises:
        MalformedMessage: There are too many or too few.
    """
    if len(value) < least:
        raise MalformedMessage("A field of a message is too short.")
    return uint(len(value), size) + value


class Reader:
    """What is left to read of a message."""

    def __init__(self, encoded: bytes) -> None:
        self._rest = memoryview(encoded)

    def __bool__(self) -> bool:
        return len(self._rest) > 0

    def take(self, size: int) -> bytes:
        """Return the next ``size`` bytes.

        Raises:
            MalformedMessage: The message ends before.
        """
        if len(self._rest) < size:
            raise MalformedMessage("A message ends in the middle.")
        taken, self._rest = self._rest[:size], self._rest[size:]
        return bytes(taken)

    def uint(self, size: int) -> int:
        """Return the next unsigned integer of ``size`` bytes.

        Raises:
            MalformedMessage: The message ends before.
        """
        return int.from_bytes(self.take(size), "big")

    def opaque(self, size: int, least: int = 0) -> bytes:
        """Return the bytes behind a length of ``size`` bytes.

        Raises:
            MalformedMessage: The message ends before or there are too few.
        """
        taken = self.take(self.uint(size))
        if len(taken) < least:
            raise MalformedMessage("A field of a message is too short.")
        return taken

    def finish(self) -> None:
        """Refuse what follows the end of a message.

        Raises:
            MalformedMessage: Something follows.
        """
        if self:
            raise MalformedMessage("Bytes follow the end of a message.")


class Message(ABC):
    """A message that is written to and read from bytes."""

    @abstractmethod
    def encode(self) -> bytes:
        """Return the encoding.

        Raises:
            MalformedMessage: A value does not fit its field.
        """

    @classmethod
    @abstractmethod
    def read(cls, reader: Reader) -> Self:
        """Return the message at the front of what is left to read.

        Raises:
            MalformedMessage: There is none.
        """

    @classmethod
    def decode(cls, encoded: bytes) -> Self:
        """Return the message that the bytes are, all of them.

        Raises:
            MalformedMessage: They are none.
        """
        reader = Reader(encoded)
        message = cls.read(reader)
        reader.finish()
        return message


Kind = TypeVar("Kind", bound=Message)


def read_all(kind: type[Kind], encoded: bytes) -> tuple[Kind, ...]:
    """Return messages that follow each other to the end.

    Raises:
        MalformedMessage: One of them is none.
    """
    reader, found = Reader(encoded), []
    while reader:
        found.append(kind.read(reader))
    return tuple(found)
