"""`python -m benchmarks [--quick]`: the table of docs/performance.md, measured here and now."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from time import perf_counter

from benchmarks import appending, loading, reading, sizing, verifying, waiting
from benchmarks.databases import Place, place
from benchmarks.measure import FULL, QUICK, Effort, Line

PARTS: dict[str, Callable[[Place, Effort], Iterator[Line]]] = {
    "append": appending.lines, "load": loading.lines, "read": reading.lines, "wait": waiting.lines,
    "verify": verifying.lines, "size": sizing.lines}
HEADINGS = ("what", "ours", "theirs", "ratio", "wanted", "", "quartiles")


def main(arguments: list[str]) -> None:
    """Measure everything, or the parts that are named, and print one table for each database."""
    effort = QUICK if "--quick" in arguments else FULL
    wanted = [each for each in arguments if not each.startswith("-")]
    began = perf_counter()
    for kind in ("sqlite", "postgres"):
        if {"sqlite", "postgres"} & set(wanted) and kind not in wanted:
            continue
        with place(kind) as where:
            print(f"\n### {'SQLite' if kind == 'sqlite' else 'PostgreSQL'}\n", flush=True)
            _row(HEADINGS)
            _row(["---"] * len(HEADINGS))
            for name, lines in PARTS.items():
                if not (set(PARTS) & set(wanted)) or name in wanted:
                    for line in lines(where, effort):
                        _print(line)
    print(f"\n{perf_counter() - began:.0f} s. A ratio is the median over the rounds; less than a quarter is noise.")


def _print(line: Line) -> None:
    reached = {True: "reached", False: "MISSED", None: ""}[line.reached]
    ratio = "" if line.ratio is None else f"{line.ratio:.2f}"
    _row([line.what, line.ours, line.theirs, ratio, line.wanted, reached, line.spread])


def _row(cells: object) -> None:
    print("| " + " | ".join(cells) + " |", flush=True)  # type: ignore[arg-type]


if __name__ == "__main__":
    main(sys.argv[1:])
