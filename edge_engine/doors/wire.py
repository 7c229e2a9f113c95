"""Frames: the bytes that a door and its host exchange.

A frame is a u32 length (little-endian, 1 to 16 MiB) and one msgpack array of four; where the carrier keeps messages
apart by itself, as the C ABI does, a frame has no length. Only the first three elements are looked at here: the fourth
is read where its type is known, so that nothing is built of bytes that nobody asked for.

Nothing of the engine is imported: ``hello`` is answered before it is read from the disk.
"""

from __future__ import annotations

import struct
from collections import namedtuple

import msgpack

from edge_engine.errors import FrameInvalid

TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Final, NamedTuple

    class Asked(NamedTuple):
        """A request, or a notification where ``id`` is 0.

        Attributes:
            abi: As the sender has it; only ``hello`` judges it.
            id: 1 to 2**31-1 of the host's, negative of the engine's, 0 where no answer is wanted.
            method: Its name.
            params: One msgpack value, not read yet.
        """

        abi: int
        id: int
        method: str
        params: bytes

    class Answered(NamedTuple):
        """A response.

        Attributes:
            id: Of the request.
            error: ``code`` and ``message``; None where it succeeded.
            result: One msgpack value, not read yet.
        """

        id: int
        error: dict[str, str] | None
        result: bytes

else:
    Asked = namedtuple("Asked", ("abi", "id", "method", "params"))  # noqa: PYI024 - the same without `typing`
    Answered = namedtuple("Answered", ("id", "error", "result"))  # noqa: PYI024 - likewise

ABI: Final = 1
"""Grows where a client of today would misread an answer of tomorrow; names that are added do not."""

MAX_FRAME: Final = 16 * 1024 * 1024
"""Bytes of one frame, its length not counted."""

MAX_ID: Final = 2**31 - 1
_MAX_METHOD: Final = 100
_MAX_ERROR: Final = 4096
_MAX_SMALL: Final = 65_536
_ARRAY_OF_FOUR: Final = 0x94
_NIL: Final = 0xC0
_NIL_BYTES: Final = b"\xc0"
_HEAD: Final = b"\x94\x01"
_NUMBERS: Final = {
    0xCC: struct.Struct(">B"),
    0xCD: struct.Struct(">H"),
    0xCE: struct.Struct(">I"),
    0xCF: struct.Struct(">Q"),
    0xD0: struct.Struct(">b"),
    0xD1: struct.Struct(">h"),
    0xD2: struct.Struct(">i"),
    0xD3: struct.Struct(">q"),
}
_LENGTH: Final = struct.Struct("<I")
TRAILING: Final = "a frame is one value, and bytes come after its end"


def read(frame: bytes) -> Asked | Answered:
    """Take a frame apart.

    Raises:
        FrameInvalid: It is none.
    """
    try:
        if frame[0] != _ARRAY_OF_FOUR or len(frame) > MAX_FRAME:
            raise FrameInvalid("a frame is a msgpack array of four, of at most 16 MiB")
        abi, at = _integer(frame, 1)
        number, at = _integer(frame, at)
        if not -MAX_ID <= number <= MAX_ID:
            raise FrameInvalid("a request's id is 1 to 2147483647")
        kind = frame[at]
        if kind == _NIL:
            return Answered(number, None, frame[at + 1 :])
        if kind & 0xF0 == 0x80 or kind in (0xDE, 0xDF):
            return _failure(frame, number, at)
        method, at = _text(frame, at)
    except IndexError:
        raise FrameInvalid("a frame ends too early") from None
    if at >= len(frame):
        raise FrameInvalid("a frame ends too early")
    return Asked(abi, number, method, frame[at:])


def require_hosts(number: int) -> None:
    """Refuse a request with an id of the engine's.

    Raises:
        FrameInvalid: It is negative.
    """
    if number < 0:
        raise FrameInvalid("a request's id is 1 to 2147483647")


def id_of(raw: bytes) -> int:
    """Return the id in an array that is no frame, 0 where none can be read: an answer gone wrong is known by it."""
    try:
        if raw[0] & 0xF0 != 0x90:
            return 0
        _, at = _integer(raw, 1)
        number, _ = _integer(raw, at)
    except (IndexError, FrameInvalid):
        return 0
    return number if -MAX_ID <= number <= MAX_ID else 0


def _integer(frame: bytes, at: int) -> tuple[int, int]:
    first = frame[at]
    if first < 0x80:
        return first, at + 1
    if first >= 0xE0:
        return first - 256, at + 1
    shape = _NUMBERS.get(first)
    if shape is None:
        raise FrameInvalid("the first two elements of a frame are whole numbers")
    if len(frame) < at + 1 + shape.size:
        raise FrameInvalid("a frame ends too early")
    return int(shape.unpack_from(frame, at + 1)[0]), at + 1 + shape.size


def _text(frame: bytes, at: int) -> tuple[str, int]:
    first = frame[at]
    if first & 0xE0 == 0xA0:
        size, at = first & 0x1F, at + 1
    elif first == 0xD9:
        size, at = frame[at + 1], at + 2
    else:
        raise FrameInvalid("the third element of a frame is a short text, nil or a map")
    raw = frame[at : at + size]
    if size > _MAX_METHOD or len(raw) < size:
        raise FrameInvalid("the name of a method is cut off or too long")
    try:
        return raw.decode(), at + size
    except UnicodeDecodeError:
        raise FrameInvalid("the name of a method is no text") from None


def _failure(frame: bytes, number: int, at: int) -> Answered:
    head = msgpack.Unpacker(
        strict_map_key=True,
        max_str_len=_MAX_ERROR,
        max_map_len=8,
        max_array_len=0,
        max_bin_len=0,
        max_ext_len=0,
    )
    head.feed(frame[at : at + 4 * _MAX_ERROR])
    try:
        error = head.unpack()
    except Exception:  # noqa: BLE001 - each of its errors has a class of its own
        raise FrameInvalid("an error is a map with a code and a message") from None
    code, message = error.get("code"), error.get("message")
    if not isinstance(code, str) or not isinstance(message, str):
        raise FrameInvalid("an error is a map with a code and a message")
    return Answered(number, {"code": code, "message": message}, frame[at + head.tell() :])


def value(raw: bytes) -> Any:  # noqa: ANN401 - whatever was sent
    """Read a small value whose type is not known yet, such as the parameters of ``hello``.

    Raises:
        FrameInvalid: It is no value of msgpack, none that a frame may hold, or more than one.
    """
    if len(raw) > _MAX_SMALL:
        raise FrameInvalid("the fourth element of a frame is too large to be read before its type is known")
    try:
        return msgpack.unpackb(
            raw, strict_map_key=True, max_array_len=64, max_map_len=64, max_bin_len=0, max_ext_len=0
        )
    except msgpack.ExtraData:
        raise FrameInvalid(TRAILING) from None
    except Exception:  # noqa: BLE001 - each of its errors has a class of its own
        raise FrameInvalid("the fourth element of a frame cannot be read") from None


# -- making --------------------------------------------------------------------------------------------------------


def request(number: int, method: str, params: Any) -> bytes:  # noqa: ANN401 - plain values
    """Return a request, or a notification where the number is 0."""
    return _HEAD + _number(number) + _pack(method) + _pack(params)


def response(number: int, result: bytes = _NIL_BYTES) -> bytes:
    """Return a response with a result that is msgpack already."""
    return _HEAD + _number(number) + b"\xc0" + result


def failure(number: int, code: str, message: str, told: Mapping[str, str] | None = None) -> bytes:
    """Return a response that tells what went wrong, and what a host can act on."""
    return _HEAD + _number(number) + _pack({"code": code, "message": message, **(told or {})}) + _NIL_BYTES


def plain(given: Any) -> bytes:  # noqa: ANN401 - plain values
    """Return plain values as msgpack."""
    return _pack(given)


def prefixed(frame: bytes) -> bytes:
    """Return a frame with its length before it, as pipes need it."""
    return _LENGTH.pack(len(frame)) + frame


def length(prefix: bytes) -> int:
    """Return the length that four bytes announce.

    Raises:
        FrameInvalid: No frame can be so long, or so short.
    """
    announced: int = _LENGTH.unpack(prefix)[0]
    if not 1 <= announced <= MAX_FRAME:
        raise FrameInvalid("a frame has 1 byte to 16 MiB")
    return announced


def _number(number: int) -> bytes:
    """Return an id as msgpack: by hand, as a small answer is made of little else."""
    if 0 <= number < 0x80:
        return bytes((number,))
    return (b"\xce" if number > 0 else b"\xd2") + number.to_bytes(4, "big", signed=number < 0)


def _pack(given: Any) -> bytes:  # noqa: ANN401 - plain values
    packed: bytes = msgpack.packb(given)
    return packed
