"""The master key that wraps every client's key: from a file, an environment variable, or a key service."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from aggregates.kernel.errors import StoreUnavailable, Unreadable

NONCE = 12
VARIABLE = "MET_MASTER_KEY"


class MasterKey(Protocol):
    """Wraps and unwraps client keys. A key service implements these three and keeps the key to itself."""

    def check_value(self) -> bytes:
        """Sixteen bytes that tell this master key from another one without revealing it."""

    def wrap(self, key: bytes, bound_to: bytes) -> bytes:
        """Seal a client's key, bound to whose it is."""

    def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes:
        """Open a client's key; `Unreadable` if this is not its master key."""


class LocalMasterKey:
    """A master key of 32 bytes that this process holds in memory."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != 32:
            raise Unreadable("master key: must be 32 bytes, base64")
        self._aead = AESGCMSIV(secret)
        self._check = sha256(b"met-master-check-v1" + secret).digest()[:16]

    def check_value(self) -> bytes:
        return self._check

    def wrap(self, key: bytes, bound_to: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + self._aead.encrypt(nonce, key, bound_to)

    def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes:
        try:
            return self._aead.decrypt(wrapped[:NONCE], wrapped[NONCE:], bound_to)
        except (InvalidTag, ValueError):
            raise Unreadable("key store: a wrapped key does not open with this master key") from None


def write_secret(path: Path, secret: bytes) -> None:
    """Write *secret* as base64 into a new file that only its owner may read."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(b64encode(secret) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read_secret(path: Path, what: str) -> bytes:
    """Read 32 bytes of base64."""
    try:
        return _decode(path.read_text("ascii"), what)
    except FileNotFoundError:
        raise StoreUnavailable(f"{what}: the file {path.name} is missing from {path.parent}") from None
    except (OSError, UnicodeDecodeError):
        raise Unreadable(f"{what}: the file {path.name} can't be read") from None


def _decode(text: str, what: str) -> bytes:
    try:
        secret = b64decode(text.strip(), validate=True)
    except NotBase64:
        raise Unreadable(f"{what}: must be 32 bytes, base64") from None
    if len(secret) != 32:
        raise Unreadable(f"{what}: must be 32 bytes, base64")
    return secret


def master_key(path: Path) -> LocalMasterKey:
    """The master key from the environment if it is set there, else from *path*."""
    given = os.environ.get(VARIABLE)
    if given:
        return LocalMasterKey(_decode(given, f"master key in {VARIABLE}"))
    return LocalMasterKey(read_secret(path, "master key"))
