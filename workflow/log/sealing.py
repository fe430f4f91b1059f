"""A fact becomes a sealed draft, a stored row becomes a fact. The library knows this as its mapper."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag

from aggregates.kernel.errors import Damaged, NotVerified
from aggregates.kernel.messages import Fact
from workflow.log.codec import Registry, encode_meta, to_micros
from workflow.log.row import Draft, Row, StreamRow, bound, field, header, stream_prefix
from workflow.log.seal.keys import Key

NONCE = 12
# A changed column may hold another kind of value too: SQLite stores any.
NOT_WHAT_WAS_SEALED = (InvalidTag, ValueError, TypeError, AttributeError, OverflowError, struct.error)


class Sealer:
    """Seals facts of one practice and opens them again."""

    def __init__(self, registry: Registry, log_id: bytes, practice: str) -> None:
        self._registry, self._log_id, self.practice = registry, log_id, practice
        self.prefix: Callable[[str], bytes] = lru_cache(4096)(self._prefix)

    def _prefix(self, stream: str) -> bytes:
        return stream_prefix(self._log_id, self.practice, stream)

    def header_of(self, row: Row) -> bytes:
        """The authenticated bytes of a stored row."""
        return header(self.prefix(row.stream), row.version, row.name, row.schema_version, row.recorded_at,
                      row.command_id, row.meta, row.key_id)

    def seal(self, fact: Fact, key: Key, command_id: UUID) -> Draft:
        """Encode *fact* and seal it under its client's key, bound to everything else in the row."""
        codec = self._registry.of(fact)
        meta, recorded = encode_meta(fact.meta), to_micros(fact.timestamp)
        bound = header(self.prefix(fact.originator_id), fact.originator_version, codec.name, codec.schema, recorded,
                       command_id.bytes, meta, key.key_id)
        nonce = os.urandom(NONCE)
        body = nonce + key.aead.encrypt(nonce, codec.encode(fact), bound)
        return Draft(fact.originator_id, fact.originator_version, codec.name, codec.schema, recorded,
                     command_id.bytes, meta, key.key_id, body, bound)

    def unseal(self, row: Row, key: Key) -> Fact:
        """Open a row; `Damaged` if any column that is bound to it was changed."""
        return next(self.unsealed((row,), lambda _: key))

    def unsealed(self, rows: Iterable[Row], key_of: Callable[[bytes], Key]) -> Iterator[Fact]:
        """The facts of *rows* of any streams, opened as `unseal` does; each key is asked for once."""
        codecs, prefix, keys = self._registry.codecs, self.prefix, dict[bytes, tuple[bytes, Callable[..., bytes]]]()
        for position, _, stream, version, name, schema, recorded_at, command_id, meta, key_id, body, _ in rows:
            if key_id not in keys:
                keys[key_id] = field(key_id), key_of(key_id).aead.decrypt
            keyed, decrypt = keys[key_id]
            codec = codecs.get(name) or self._registry.named(name)
            try:
                content = decrypt(body[:NONCE], body[NONCE:], bound(
                    prefix(stream), version, codec.named, schema, recorded_at, command_id, meta.encode(), keyed))
            except NOT_WHAT_WAS_SEALED:
                raise Damaged(f"fact at position {position}: is not what was sealed there") from None
            yield codec.decode(content, schema, stream, version, recorded_at, meta)

    def opened(self, stream: str, rows: Iterable[StreamRow], after: int, key_of: Callable[[bytes], Key]
               ) -> Iterator[Fact]:
        """The facts of one stream behind version *after*, opened as `unseal` does; a key is asked for where it changes.

        `NotVerified` if a version is missing, `Damaged` if a row is not what was sealed there. One by one: a replay
        that holds no fact keeps the collector asleep. It is the innermost loop of a load, so it calls little.
        """
        prefix, codecs, known, expected = self.prefix(stream), self._registry.codecs, None, after
        for version, name, schema, recorded_at, command_id, meta, key_id, body, _ in rows:
            expected += 1
            if version != expected:
                raise NotVerified(f"stream: version {expected} is missing")
            if key_id != known:
                key = key_of(key_id)
                known, keyed, decrypt = key_id, field(key_id), key.aead.decrypt
            codec = codecs.get(name) or self._registry.named(name)
            try:
                content = decrypt(body[:NONCE], body[NONCE:], bound(
                    prefix, version, codec.named, schema, recorded_at, command_id, meta.encode(), keyed))
            except NOT_WHAT_WAS_SEALED:
                raise Damaged(f"version {version} of its stream: is not what was sealed there") from None
            yield codec.decode(content, schema, stream, version, recorded_at, meta)
