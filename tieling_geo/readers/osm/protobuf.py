"""Decode protocol buffers, the encoding of `.osm.pbf`, within limits; nothing of OpenStreetMap."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

#: A field's value: a number, or bytes.
Value = int | bytes
# Blocks hold some 8,000 elements; one that holds more than so many is a bomb.
_MOST_FIELDS = 1 << 20
_MOST_NUMBERS, _MOST_OCTETS = 2 << 20, 8 << 20
_FEW_OCTETS = 64
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_VARINT_BYTES = 10
_CONTINUES = 0x80


class DamagedError(ValueError):
    """The bytes are not what the format says."""


def to_fields(data: bytes) -> Iterator[tuple[int, Value]]:
    """
    Go through a message's fields: their numbers, each with a number or bytes.

    Raises
    ------
    DamagedError
        If the bytes are not what the format says.

    Examples
    --------
    >>> list(to_fields(bytes([0x08, 0x96, 0x01, 0x12, 0x02, 0x68, 0x69])))
    [(1, 150), (2, b'hi')]
    """
    at, end, count = 0, len(data), 0
    while at < end:
        count += 1
        if count > _MOST_FIELDS:
            raise DamagedError("a block holds more parts than any should")
        key, at = _varint(data, at)
        wire, number = key & 7, key >> 3
        if wire == _VARINT:
            value, at = _varint(data, at)
            yield number, value
            continue
        if wire == _BYTES:
            size, at = _varint(data, at)
        elif wire in {_FIXED64, _FIXED32}:
            size = 8 if wire == _FIXED64 else 4
        else:
            raise DamagedError("a part of a block is of an unknown kind")
        if size > end - at:
            raise DamagedError("a part of a block is longer than the block")
        yield number, data[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """
    Read one number; return it with the position behind it.

    Raises
    ------
    DamagedError
        If the bytes are not what the format says.
    """
    value = shift = 0
    while True:
        if at >= len(data) or shift >= 7 * _VARINT_BYTES:
            raise DamagedError("a number is cut off")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < _CONTINUES:
            return value, at
        shift += 7


def to_numbers(data: Value) -> NDArray[np.uint64]:
    """
    Read a list of numbers, all at once.

    Raises
    ------
    DamagedError
        If the bytes are not what the format says.

    Examples
    --------
    >>> to_numbers(bytes([0x00, 0x96, 0x01, 0x7f])).tolist()
    [0, 150, 127]
    """
    octets = np.frombuffer(to_bytes(data), dtype=np.uint8)
    if not len(octets):
        return np.empty(0, dtype=np.uint64)
    last = octets < _CONTINUES
    if len(octets) > _MOST_OCTETS or np.count_nonzero(last) > _MOST_NUMBERS:
        raise DamagedError("a block holds more numbers than any should")
    ends = np.flatnonzero(last)
    if not last[-1]:
        raise DamagedError("a number is cut off")
    starts = np.concatenate([[0], ends[:-1] + 1])
    lengths = ends - starts + 1
    if lengths.max() > _VARINT_BYTES:
        raise DamagedError("a number is longer than any can be")
    shifts = 7 * (np.arange(len(octets)) - np.repeat(starts, lengths))
    parts = (octets & 0x7F).astype(np.uint64) << shifts.astype(np.uint64)
    return np.asarray(np.bitwise_or.reduceat(parts, starts), dtype=np.uint64)


def to_list(data: Value) -> list[int]:
    """
    Read a list of numbers that is short, as nearly all are: quicker than all at once.

    Examples
    --------
    >>> to_list(bytes([0x00, 0x96, 0x01, 0x7f]))
    [0, 150, 127]
    """
    encoded = to_bytes(data)
    if len(encoded) > _FEW_OCTETS:
        return [int(number) for number in to_numbers(encoded)]
    numbers, at = [], 0
    while at < len(encoded):
        number, at = _varint(encoded, at)
        numbers.append(number)
    return numbers


def to_signed(numbers: NDArray[np.uint64]) -> NDArray[np.int64]:
    """
    Bring numbers written as 0, -1, 1, -2, ... to what they mean.

    Examples
    --------
    >>> to_signed(np.array([0, 1, 2, 3], dtype=np.uint64)).tolist()
    [0, -1, 1, -2]
    """
    one = np.uint64(1)
    return (numbers >> one).astype(np.int64) ^ -((numbers & one).astype(np.int64))


def to_signed_one(value: Value | None) -> int:
    """Bring one such number to what it means."""
    number = _number(value)
    return (number >> 1) ^ -(number & 1)


def to_whole(value: Value | None) -> int:
    """Read a number that is written as 64 bits with a sign."""
    number = _number(value)
    return number - (1 << 64) if number >= 1 << 63 else number


def _number(value: Value | None) -> int:
    """
    Return a field that must be a number.

    Raises
    ------
    DamagedError
        If the bytes are not what the format says.
    """
    if not isinstance(value, int):
        raise DamagedError("a number is missing")
    return value


def to_bytes(value: Value | None) -> bytes:
    """
    Return a field that must be bytes.

    Raises
    ------
    DamagedError
        If the bytes are not what the format says.
    """
    if not isinstance(value, bytes):
        raise DamagedError("a part is missing")
    return value
