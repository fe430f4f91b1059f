"""The protocol packs that are installed: those that ship with the engine, and those in the data directory."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from aggregates.protocol.model import Pack
from aggregates.protocol.read import read_pack

DEFAULT = "met-default-3.toml"


def installed(home: Path) -> tuple[dict[str, Pack], str]:
    """Every pack by the hash of its content, and the hash of the one that decides unless another is adopted."""
    shipped = files("aggregates.protocol").joinpath("packs")
    texts = {each.name: each.read_text("utf-8") for each in shipped.iterdir() if each.name.endswith(".toml")}
    own = home / "packs"
    if own.is_dir():
        texts |= {f"packs/{path.name}": path.read_text("utf-8") for path in sorted(own.glob("*.toml"))}
    packs = {name: read_pack(text) for name, text in texts.items()}
    return {pack.hash: pack for pack in packs.values()}, packs[DEFAULT].hash
