"""A fact becomes a sealed draft, a stored row becomes a fact. The library knows this as its mapper."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag

from aggregates.kernel.errors import Unreadable
from aggregates.kernel.messages import Fact
from workflow.log.codec import Registry, decode_meta, encode_meta, from_micros, to_micros
from workflow.log.row import Draft, Row, header, stream_prefix
from workflow.log.seal.keys import Key

NONCE = 12


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
        """Open a row; `Unreadable` if any column that is bound to it was changed."""
        codec = self._registry.named(row.name)
        body = row.body
        try:
            content = key.aead.decrypt(body[:NONCE], body[NONCE:], self.header_of(row))
        except (InvalidTag, ValueError):
            raise Unreadable(f"fact at position {row.position}: is not what was sealed there") from None
        return codec.decode(content, row.schema_version, row.stream, row.version, from_micros(row.recorded_at),
                            decode_meta(row.meta))
