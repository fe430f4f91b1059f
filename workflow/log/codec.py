"""Facts to bytes and back: typed JSON from a closed registry of names. Errors name the field, never its value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, get_type_hints

import msgspec

from aggregates.kernel.errors import Damaged, Unreadable
from aggregates.kernel.messages import Fact, Meta, payload_fields
from workflow.log.row import field

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

DAMAGED_META = "fact: its clear part is damaged"

_new = object.__new__
_encode = msgspec.json.Encoder().encode
_decode_meta = msgspec.json.Decoder(Meta).decode
_decode_any = msgspec.json.Decoder(dict[str, Any]).decode


class Codec:
    """How one kind of fact is written and read."""

    def __init__(self, kind: type[Fact]) -> None:
        self.kind, self.name, self.schema = kind, kind.TOPIC, kind.SCHEMA
        self.named = field(self.name.encode())
        self.fields = payload_fields(kind)
        hints = get_type_hints(kind)
        content = msgspec.defstruct(
            kind.__name__, [_field(kind, name, hints[name]) for name in self.fields], forbid_unknown_fields=True,
            omit_defaults=True)
        self._content = content
        self._decode: Callable[[bytes], Any] = msgspec.json.Decoder(content).decode

    def encode(self, fact: Fact) -> bytes:
        """The content of a fact as JSON; fields at their default are left out."""
        values = fact.__dict__
        return _encode(self._content(*[values[name] for name in self.fields]))

    def decode(self, stored: bytes, schema: int, stream: str, version: int, recorded_at: int, stored_meta: str) -> Fact:
        """Read a fact back, through its upcasters if an older version wrote it."""
        try:
            content = self._decode(stored) if schema == self.schema else self._upcast(stored, schema)
        except msgspec.ValidationError as error:
            raise Unreadable(f"{self.name} v{version} of {stream}: {field_of(error)} does not fit its schema"
                             ) from None
        except msgspec.DecodeError:
            raise Unreadable(f"{self.name} v{version} of {stream}: is not JSON") from None
        fact = _new(self.kind)
        values = fact.__dict__
        for name in self.fields:
            values[name] = getattr(content, name)
        values["originator_id"], values["originator_version"] = stream, version
        values["timestamp"] = EPOCH + recorded_at * MICROSECOND
        try:
            values["meta"] = _decode_meta(stored_meta)
        except msgspec.MsgspecError:
            raise Damaged(DAMAGED_META) from None
        return fact

    def _upcast(self, stored: bytes, schema: int) -> Any:
        if schema > self.schema:
            raise Unreadable(f"{self.name}: written by a newer version of MET Workflow (schema {schema})")
        content = _decode_any(stored)
        for old in range(schema, self.schema):
            content = self.kind.UPCASTERS[old](content)
        return msgspec.convert(content, self._content, str_keys=False)


def _field(kind: type[Fact], name: str, hint: Any) -> tuple[str, Any] | tuple[str, Any, Any]:
    if name in kind.__dict__ or hasattr(kind, name):
        return name, hint, getattr(kind, name)
    return name, hint


class Registry:
    """The closed list of stored names. A name that is not in it is refused; nothing is imported by a name."""

    def __init__(self, kinds: Iterable[type[Fact]]) -> None:
        self.codecs: dict[str, Codec] = {}
        for kind in kinds:
            if kind.TOPIC in self.codecs:
                raise ValueError(f"two facts are named {kind.TOPIC}")
            self.codecs[kind.TOPIC] = Codec(kind)
        self._by_kind = {codec.kind: codec for codec in self.codecs.values()}

    def named(self, name: str) -> Codec:
        """The codec of a stored name."""
        codec = self.codecs.get(name)
        if codec is None:
            raise Unreadable("fact: its stored name is not in this version's registry")
        return codec

    def of(self, fact: Fact) -> Codec:
        """The codec of a fact."""
        return self._by_kind[type(fact)]

    def names(self) -> dict[str, int]:
        """Every stored name with its newest schema version."""
        return {name: codec.schema for name, codec in sorted(self.codecs.items())}


def encode_meta(meta: Meta) -> str:
    """The clear part of a fact as it is stored."""
    return _encode(meta).decode()


def decode_meta(stored: str) -> Meta:
    """Read the clear part back."""
    try:
        return _decode_meta(stored)
    except (msgspec.MsgspecError, TypeError):  # a changed column may hold another kind of value
        raise Damaged(DAMAGED_META) from None


def to_micros(when: datetime) -> int:
    """Microseconds since 1970 UTC."""
    return (when - EPOCH) // MICROSECOND


def from_micros(stored: int) -> datetime:
    """The moment, in UTC."""
    try:
        return EPOCH + stored * MICROSECOND
    except (OverflowError, TypeError):  # as above
        raise Damaged("fact: its recorded time is damaged") from None


def field_of(error: msgspec.ValidationError) -> str:
    """The field that a validation error is about, without its value."""
    text = str(error)
    unknown = re.search(r"unknown field `([^`]*)`|missing required field `([^`]*)`", text)
    path = re.search(r"at `\$\.?([^`]*)`$", text)
    parts = [p for p in (path and path[1], unknown and (unknown[1] or unknown[2])) if p]
    return ".".join(parts) or "the whole content"
