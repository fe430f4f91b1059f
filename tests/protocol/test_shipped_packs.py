"""A pack that was shipped is for ever: clients are pinned to the hash of its content. A change is a new file."""

from __future__ import annotations

from pathlib import Path

from aggregates.protocol.read import read_pack

PACKS = Path(__file__).parent.parent.parent / "aggregates" / "protocol" / "packs"
SHIPPED = {
    "met-default-1.toml": "94e00152a1d59535d09b2fa4c046cc8befc60155db093a1836463af99783beee",
}


def test_every_shipped_pack_is_still_here_unchanged_and_none_came_unnoticed() -> None:
    found = {path.name: read_pack(path.read_text("utf-8")).hash for path in PACKS.glob("*.toml")}
    assert found == SHIPPED
