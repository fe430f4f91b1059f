"""A pack that was shipped is for ever: clients are pinned to the hash of its content. A change is a new file."""

from __future__ import annotations

from pathlib import Path

from aggregates.protocol.read import read_pack

PACKS = Path(__file__).parent.parent.parent / "aggregates" / "protocol" / "packs"
SHIPPED = {
    "met-default-1.toml": "03e33fc25a168fedb414422e5e4a314ac93232b9631c0681505bc35bd6157d4b",
    "met-default-2.toml": "be9b2db9839eaa4d83d1d39c06d7e334ed3b68db777ea86ecb235d3dc4f23bf2",
    "met-default-3.toml": "a0d109c8b50fe8fa8039ac25be703abceb74fd9e04eabc5a56703f3882d02318",
}


def test_every_shipped_pack_is_still_here_unchanged_and_none_came_unnoticed() -> None:
    found = {path.name: read_pack(path.read_text("utf-8")).hash for path in PACKS.glob("*.toml")}
    assert found == SHIPPED
