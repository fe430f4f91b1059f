"""The protocol packs that are installed: those that ship with the engine, and those in the data directory."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from aggregates.protocol.model import Pack
from aggregates.protocol.read import read_pack

DEFAULT = "met-default-3.toml"


def installed(home: Path) -> tuple[dict[str, Pack], str]:
    """Every pack by the hash of its content, and the hash of the one that decides unless another is adopted."""
    packs = {name: read_pack(text) for name, text in texts(home).items()}
    return {pack.hash: pack for pack in packs.values()}, packs[DEFAULT].hash


def texts(home: Path) -> dict[str, str]:
    """The text of every pack by the name of its file."""
    shipped = files("aggregates.protocol").joinpath("packs")
    found = {each.name: each.read_text("utf-8") for each in shipped.iterdir() if each.name.endswith(".toml")}
    own = home / "packs"
    if own.is_dir():
        found |= {f"packs/{path.name}": path.read_text("utf-8") for path in sorted(own.glob("*.toml"))}
    return found
