"""A pack that was shipped is for ever: clients are pinned to the hash of its content. A change is a new file."""

from __future__ import annotations

from pathlib import Path

from aggregates.protocol.read import read_pack

PACKS = Path(__file__).parent.parent.parent / "aggregates" / "protocol" / "packs"
SHIPPED = {
    "met-default-1.toml": "bf37a031b17dec21d2aec5ca92249c367d5a8f5f59ccf8846f71ac6d93943c22",
}


def test_every_shipped_pack_is_still_here_unchanged_and_none_came_unnoticed() -> None:
    found = {path.name: read_pack(path.read_text("utf-8")).hash for path in PACKS.glob("*.toml")}
    assert found == SHIPPED
