"""A row of the log as it is stored, and the exact bytes that are authenticated and hashed. Frozen: docs/formats.md."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from struct import Struct
from typing import NamedTuple

LABEL = b"met-fact-v1"
NO_LEAF = bytes(32)

_LENGTH = Struct(">I").pack
_NUMBER = Struct(">Iq").pack  # a number is a field of eight bytes, big-endian, two's complement
_MIDDLE = Struct(">IqIqI16sI").pack  # schema version, recorded time, a command id of 16 bytes, the length of meta


class Row(NamedTuple):
    """One stored fact. `recorded_at` is in microseconds since 1970 UTC; `meta` is clear text, `body` is sealed."""

    position: int
    practice: str
    stream: str
    version: int
    name: str
    schema_version: int
    recorded_at: int
    command_id: bytes
    meta: str
    key_id: bytes
    body: bytes
    leaf: bytes


# A row of a stream that is known already: the columns from `version` on, leaf included.
StreamRow = tuple[int, str, int, int, bytes, str, bytes, bytes, bytes]


class Draft(NamedTuple):
    """A sealed fact that has no position yet, and so no leaf."""

    stream: str
    version: int
    name: str
    schema_version: int
    recorded_at: int
    command_id: bytes
    meta: str
    key_id: bytes
    body: bytes
    header: bytes


def field(content: bytes) -> bytes:
    """*content* behind its length (4 bytes, big-endian)."""
    return _LENGTH(len(content)) + content


def stream_prefix(log_id: bytes, practice: str, stream: str) -> bytes:
    """The part of the header that all facts of one stream share."""
    return field(LABEL) + field(log_id) + field(practice.encode()) + field(stream.encode())


def header(prefix: bytes, version: int, name: str, schema_version: int, recorded_at: int, command_id: bytes,
           meta: str, key_id: bytes) -> bytes:
    """What a sealed body is bound to: every stored column but position, body and leaf."""
    return bound(prefix, version, name_field(name), schema_version, recorded_at, command_id, meta.encode(),
                 field(key_id))


@lru_cache(256)
def name_field(name: str) -> bytes:
    """A stored name behind its length; there are few names, and every row needs one."""
    return field(name.encode())


def bound(prefix: bytes, version: int, named: bytes, schema_version: int, recorded_at: int, command_id: bytes,
          meta: bytes, keyed: bytes) -> bytes:
    """The same for whoever knows some fields already. One call of `struct` for four fields is a third of the time."""
    if len(command_id) == 16:
        return b"".join((prefix, _NUMBER(8, version), named,
                         _MIDDLE(8, schema_version, 8, recorded_at, 16, command_id, len(meta)), meta, keyed))
    return b"".join((prefix, _NUMBER(8, version), named, _NUMBER(8, schema_version), _NUMBER(8, recorded_at),
                     field(command_id), _LENGTH(len(meta)), meta, keyed))


def leaf_hash(stored_header: bytes, position: int, previous_leaf: bytes, body: bytes) -> bytes:
    """The RFC 6962 leaf: header, position, the stream's previous leaf (zeros for its first fact), sealed body."""
    return sha256(b"".join((
        b"\x00", stored_header, _NUMBER(8, position), b"\x00\x00\x00\x20", previous_leaf, _LENGTH(len(body)), body,
    ))).digest()
