"""Makes the frozen files of a release, once: `python -m tests.frozen.make`. Existing ones are never overwritten."""

from __future__ import annotations

import json
import sys
import tarfile
import tempfile
from pathlib import Path

from tests.frozen.replay import replayed
from tests.frozen.shape import shape
from workflow.bootstrap import create, open_office
from workflow.engine.histories import read_history
from workflow.engine.names import FACTS
from workflow.engine.player import Player
from workflow.settings import settings

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
RELEASE = "0.1"
KEPT = ("log.db", "keys.db", "master.key", "signing.key", "checkpoints")


def text(content: object) -> str:
    """JSON as it is kept."""
    return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=False) + "\n"


def make_log(home: Path) -> None:
    """A log of this version: the seven examples, played into a rehearsal."""
    office = create(settings(home, {}), rehearsal=True)
    try:
        for path in sorted(EXAMPLES.glob("*.toml")):
            for played in Player(office).play(read_history(path.read_text("utf-8"))):
                assert not played.unmet, f"{path.name}: {played.unmet}"
    finally:
        office.close()


def main() -> int:
    """Make the three files; refuse if there is one already."""
    names = [HERE / f"{name}-{RELEASE}.{kind}" for name, kind in (
        ("facts", "json"), ("log", "tar.xz"), ("replayed", "json"))]
    there = [path.name for path in names if path.exists()]
    if there:
        print(f"there already, and frozen: {', '.join(there)}")
        return 1
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory) / "home"
        make_log(home)
        open_office(settings(home, {})).close()
        names[2].write_text(text(replayed(home)), "utf-8")
        with tarfile.open(names[1], "w:xz", preset=9) as archive:
            for name in KEPT:
                archive.add(home / name, name)
    names[0].write_text(text(shape(FACTS)), "utf-8")
    print("\n".join(f"{path.stat().st_size:>8} {path.name}" for path in names))
    return 0


if __name__ == "__main__":
    sys.exit(main())
