"""What a log replays to: run as a program, so that it can be done under any surroundings.

    python -m tests.frozen.replay DATA_DIRECTORY
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from aggregates.client_care.care import ClientCare
from aggregates.kernel.event_sourced import EventSourced
from aggregates.letter.letter import Letter
from aggregates.practice.practice import Practice
from workflow.bootstrap import open_office
from workflow.engine.streams import Streams
from workflow.settings import settings

KINDS: dict[str, type[EventSourced]] = {"care": ClientCare, "letter": Letter, "practice": Practice}


def replayed(home: Path) -> dict[str, Any]:
    """The log's root, and of each stream its version, phase or state, and a hash of all it remembers."""
    office = open_office(settings(home, {}))
    try:
        report = office.log.verify()
        assert report.holds, report.problems
        assert office.log.why_read_only is None
        names = office.log.reader.run("SELECT DISTINCT practice, stream FROM facts ORDER BY practice, stream")
        streams = {f"{practice} {stream}": _stream(office, practice, stream) for practice, stream in names
                   if stream.partition(":")[0] in KINDS}
        return {"facts": report.facts, "root": report.root.hex(), "checkpoints": report.checkpoints, "streams": streams}
    finally:
        office.close()


def _stream(office: Any, practice: str, stream: str) -> list[Any]:
    kind = KINDS[stream.partition(":")[0]]
    found = Streams(office.log, office.keys, office.registry, practice, None).load(kind, stream)
    assert found is not None
    memory: Any = found.aggregate.memory  # type: ignore[attr-defined]
    stands = getattr(memory, "phase", None) or getattr(memory, "state", "")
    canonical = msgspec.json.encode(_plain(memory), order="sorted")
    return [found.aggregate.version, str(stands), sha256(canonical).hexdigest()[:32]]


def _plain(memory: Any) -> Any:
    """What is remembered, without what is at its default: a field that a later version adds changes nothing."""
    if isinstance(memory, msgspec.Struct):
        return {field.encode_name: _plain(value) for field in msgspec.structs.fields(type(memory))
                if (value := getattr(memory, field.name)) != _default(field)}
    if isinstance(memory, dict):
        return {str(key): _plain(value) for key, value in memory.items()}
    if isinstance(memory, list | tuple):
        return [_plain(each) for each in memory]
    return msgspec.to_builtins(memory)


def _default(field: Any) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return field.default


if __name__ == "__main__":
    print(json.dumps(replayed(Path(sys.argv[1]))))
