"""A protocol pack by what a person calls it: a file, a name, or the beginning of its hash."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from aggregates.kernel.errors import InvalidInput, NotFound, StoreUnavailable
from aggregates.protocol.model import Pack
from aggregates.protocol.read import content_hash, read_pack
from workflow import protocol_packs

SHORTEST_HASH = 8
LARGEST = 8 * 1024 * 1024


class PackText(NamedTuple):
    """The text of a pack, and what it is called."""

    name: str
    text: str

    def read(self) -> Pack:
        """The pack; raises `InvalidInput` naming it where it is refused."""
        try:
            return read_pack(self.text)
        except InvalidInput as error:
            raise InvalidInput(f"{self.name}: {error}") from error


def pack_text(wanted: str | None, home: Path) -> PackText:
    """The text of the pack called *wanted*; of the one that decides by default if nothing is wanted."""
    texts = protocol_packs.texts(home)
    if wanted is None:
        return PackText(protocol_packs.DEFAULT, texts[protocol_packs.DEFAULT])
    if Path(wanted).is_file():
        return PackText(wanted, _read_file(Path(wanted)))
    found = {name: text for name, text in texts.items()
             if wanted in (name, Path(name).name, Path(name).stem) or _is_hash_of(wanted, text)}
    if not found:
        raise NotFound(f"pack: there is no file, no installed pack and no hash {wanted}; installed are "
                       f"{', '.join(sorted(texts))}")
    if len({content_hash(text) for text in found.values()}) > 1:
        raise InvalidInput(f"pack: {wanted} fits several: {', '.join(sorted(found))}")
    return PackText(*next(iter(found.items())))


def _is_hash_of(wanted: str, text: str) -> bool:
    return len(wanted) >= SHORTEST_HASH and content_hash(text).startswith(wanted.lower())


def _read_file(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise InvalidInput(f"pack: {path} is too large for a protocol pack")
        return path.read_text("utf-8")
    except OSError as error:
        raise StoreUnavailable(f"pack: {path} can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InvalidInput(f"pack: {path} is not a text in UTF-8") from None
