"""Verification in a process of its own, so that its memory can be seen not to grow with the log."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from benchmarks import ours
from benchmarks.databases import Place
from benchmarks.measure import Effort, Line, alone, number

ROUNDS = 3


def lines(place: Place, effort: Effort) -> Iterator[Line]:
    """How fast every row is checked, and in how much memory."""
    office = ours.new_office(place)
    try:
        ours.register(office, "client-1")
        memory: dict[int, float] = {}
        rates: list[float] = []
        stored = 0
        for size in effort.verified:
            ours.multiply(office, size - stored)
            stored = size
            runs = [_verify(office.settings.log_url) for _ in range(ROUNDS)]
            memory[size] = min(each[1] for each in runs)
            rates = [each[0] for each in runs]
    finally:
        office.close()
    first, last = effort.verified[0], effort.verified[-1]
    yield alone(f"verify {last:,} facts", rates, ">= 100,000", "facts/s")
    ratio = memory[last] / memory[first]
    yield Line(f"memory to verify {last:,}, to {first:,}", f"{number(memory[last])} MiB",
               f"{number(memory[first])} MiB", ratio, "<= 1.2", ratio <= 1.2, "")


def _verify(url: str) -> tuple[float, float]:
    done = subprocess.run([sys.executable, "-m", "benchmarks.process", "verify", url], check=True,
                          capture_output=True, text=True)
    rate, mebibytes = done.stdout.split()
    return float(rate), float(mebibytes)
