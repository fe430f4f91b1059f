"""Checkpoints: the size and root of the log, signed with Ed25519 as a C2SP signed note (tlog-checkpoint)."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from aggregates.kernel.errors import NotVerified

ED25519 = b"\x01"
MOST_DIGITS = 19  # of a size


class Checkpoint(NamedTuple):
    """The log called *origin* held *size* facts under *root*."""

    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def raw_public_key(key: Ed25519PublicKey) -> bytes:
    """The 32 bytes of a public key."""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def key_hash(origin: str, public_key: bytes) -> bytes:
    """The first four bytes of SHA-256 over name, newline, algorithm and public key."""
    return sha256(origin.encode() + b"\n" + ED25519 + public_key).digest()[:4]


def verifier_key(origin: str, public_key: bytes) -> str:
    """The public key as a C2SP verifier key, to be given to whoever shall check the log."""
    stored = b64encode(ED25519 + public_key).decode()
    return f"{origin}+{key_hash(origin, public_key).hex()}+{stored}"


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey, extensions: tuple[str, ...] = ()) -> str:
    """The checkpoint as a signed note, with extension lines behind it."""
    body = checkpoint.body() + "".join(f"{line}\n" for line in extensions)
    hint = key_hash(checkpoint.origin, raw_public_key(key.public_key()))
    signature = b64encode(hint + key.sign(body.encode())).decode()
    return f"{body}\n\u2014 {checkpoint.origin} {signature}\n"


def parse(note: str) -> Checkpoint:
    """Read the checkpoint in a signed note, without trusting it yet."""
    body, separator, _ = note.partition("\n\n")
    lines = body.split("\n")
    if not separator or len(lines) < 3 or not lines[1].isascii() or not lines[1].isdigit() \
            or len(lines[1]) > MOST_DIGITS:
        raise NotVerified("checkpoint: not a signed note with origin, size and root")
    try:
        root = b64decode(lines[2], validate=True)
    except NotBase64:
        raise NotVerified("checkpoint: the root is not base64") from None
    if len(root) != 32:
        raise NotVerified("checkpoint: the root is not a SHA-256 hash")
    return Checkpoint(lines[0], int(lines[1]), root)


def check(note: str, public_key: bytes) -> Checkpoint:
    """Read a signed note and prove that *public_key* signed it."""
    checkpoint = parse(note)
    body, _, signatures = note.partition("\n\n")
    hint = key_hash(checkpoint.origin, public_key)
    for line in signatures.split("\n"):
        signature = _signature(line, checkpoint.origin, hint)
        if signature is not None:
            try:
                Ed25519PublicKey.from_public_bytes(public_key).verify(signature, f"{body}\n".encode())
            except InvalidSignature:
                raise NotVerified("checkpoint: the signature does not fit its text") from None
            return checkpoint
    raise NotVerified("checkpoint: not signed by this log's key")


def _signature(line: str, origin: str, hint: bytes) -> bytes | None:
    start = f"\u2014 {origin} "
    if not line.startswith(start):
        return None
    try:
        stored = b64decode(line[len(start):], validate=True)
    except NotBase64:
        return None
    return stored[4:] if stored[:4] == hint and len(stored) == 68 else None
