"""The worked example of docs/formats.md, computed by the engine from inputs that anybody can type."""

from __future__ import annotations

from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from aggregates.client_care.facts import HoldLifted, HoldPlaced, ReleaseWithdrawn
from aggregates.kernel.messages import Fact, Meta
from workflow.log.codec import Codec, encode_meta, to_micros
from workflow.log.proof.checkpoint import Checkpoint, raw_public_key, sign, verifier_key
from workflow.log.proof.tree import Frontier
from workflow.log.row import NO_LEAF, header, leaf_hash, stream_prefix
from workflow.log.seal.keys import Key, KeyStore
from workflow.log.seal.master import LocalMasterKey

LOG_ID = bytes(range(0x10))
COMMAND_ID = bytes(range(0x10, 0x20))
KEY_ID = bytes(range(0x20, 0x30))
CLIENT_KEY = bytes(range(0x30, 0x50))
MASTER_KEY = bytes(range(0x50, 0x70))
SIGNING_KEY = bytes(range(0x70, 0x90))
NONCE = bytes(range(0x90, 0x9C))
ORIGIN = f"met-workflow/{LOG_ID.hex()}"
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
META = Meta(actor_kind="person", actor="anna", role="owner", channel="cli", purpose="care", occurred_at=NINE)


def values() -> dict[str, str]:
    """Every value of the example by the name it has on the page."""
    first = _row(HoldPlaced(**_envelope("care:client-one", 1), reason="court order"), 1, NO_LEAF)
    second = _row(HoldLifted(**_envelope("care:client-one", 2), reason="case closed"), 2, first["leaf"])
    third = _row(ReleaseWithdrawn(**_envelope("care:client-two", 1), to="R. Okafor"), 3, NO_LEAF)
    one, three = Frontier(), Frontier()
    one.push(first["leaf"])
    for row in (first, second, third):
        three.push(row["leaf"])
    signing = Ed25519PrivateKey.from_private_bytes(SIGNING_KEY)
    note = sign(Checkpoint(ORIGIN, 3, three.root()), signing)
    bound = KeyStore._bound_to(_unopened(), "lakeside", "client:client-one", KEY_ID)
    shown: dict[str, bytes] = {
        **{f"row 1 {name}": value for name, value in first.items()},
        "row 2 body": second["body"], "row 2 leaf": second["leaf"],
        "row 3 body": third["body"], "row 3 leaf": third["leaf"],
        "root of 1": one.root(), "root of 3": three.root(), "frontier of 3": three.to_bytes(),
        "public key": raw_public_key(signing.public_key()),
        "wrap associated data": bound, "wrapped key": NONCE + AESGCMSIV(MASTER_KEY).encrypt(NONCE, CLIENT_KEY, bound),
        "master check": LocalMasterKey(MASTER_KEY).check_value(),
        "receipt digest of an empty body": Key(KEY_ID, CLIENT_KEY).digest(b""),
    }
    texts = {"row 1 content": first["content"].decode(), "row 1 meta": encode_meta(META),
             "verifier key": verifier_key(ORIGIN, raw_public_key(signing.public_key())),
             **{f"note line {number}": line for number, line in enumerate(note.split("\n"), 1)}}
    del shown["row 1 content"]
    return {**texts, **{name: value.hex() for name, value in shown.items()}}


def _envelope(stream: str, version: int) -> dict[str, object]:
    return {"originator_id": stream, "originator_version": version, "timestamp": NINE, "meta": META}


def _row(fact: Fact, position: int, previous: bytes) -> dict[str, bytes]:
    codec = Codec(type(fact))
    bound = header(stream_prefix(LOG_ID, "lakeside", fact.originator_id), fact.originator_version, codec.name,
                   codec.schema, to_micros(fact.timestamp), COMMAND_ID, encode_meta(fact.meta), KEY_ID)
    content = codec.encode(fact)
    body = NONCE + AESGCMSIV(CLIENT_KEY).encrypt(NONCE, content, bound)
    return {"content": content, "header": bound, "body": body, "leaf": leaf_hash(bound, position, previous, body)}


def _unopened() -> KeyStore:
    store = object.__new__(KeyStore)
    store._log_id = LOG_ID
    return store
