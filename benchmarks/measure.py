"""Rounds in shuffled order, medians and spread. Only figures of one run are ever compared."""

from __future__ import annotations

import gc
import random
from collections.abc import Callable, Mapping
from statistics import median, quantiles
from threading import Thread
from time import perf_counter
from typing import NamedTuple

Measure = Callable[[], float]


class Effort(NamedTuple):
    """How much work a run may do."""

    rounds: int
    seconds: float      # of one party in one round
    streams: int        # of ten facts each
    verified: tuple[int, ...]
    loads: int          # of a long stream, in one round
    hints: int          # commits whose way to a reader is timed


QUICK = Effort(rounds=5, seconds=0.25, streams=160, verified=(10_000, 100_000), loads=4, hints=60)
FULL = Effort(rounds=15, seconds=0.5, streams=480, verified=(10_000, 100_000, 1_000_000), loads=12, hints=300)


class Line(NamedTuple):
    """One line of the table. `ratio` is ours to theirs; `wanted` reads like `>= 3` or `<= 1.3`."""

    what: str
    ours: str
    theirs: str
    ratio: float | None
    wanted: str
    reached: bool | None
    spread: str


def rounds(parties: Mapping[str, Measure], times: int) -> dict[str, list[float]]:
    """What each party measured: one after the other, in another order each round."""
    found: dict[str, list[float]] = {name: [] for name in parties}
    order = random.Random(7)
    for _ in range(times):
        names = list(parties)
        order.shuffle(names)
        for name in names:
            gc.collect()
            found[name].append(parties[name]())
    return found


def compare(what: str, found: Mapping[str, list[float]], ours: str, theirs: str, wanted: str, unit: str = "/s"
            ) -> Line:
    """A line out of two parties of the same rounds. The machine changes its pace within a run, so the ratio is the
    median of each round's own ratio, with its quartiles; the two figures are medians by themselves."""
    mine, other = found[ours], found[theirs]
    ratios = [a / b for a, b in zip(mine, other, strict=True)]
    ratio = median(ratios)
    return Line(what, f"{number(median(mine))} {unit}", f"{number(median(other))} {unit}", ratio, wanted,
                holds(ratio, wanted), spread(ratios))


def alone(what: str, values: list[float], wanted: str, unit: str) -> Line:
    """A line that compares with a fixed reach."""
    middle = median(values)
    return Line(what, f"{number(middle)} {unit}", "", None, wanted, holds(middle, wanted), spread(values))


def holds(value: float, wanted: str) -> bool | None:
    """Whether *value* reaches what is *wanted*; None if nothing is."""
    if not wanted:
        return None
    sign, _, limit = wanted.partition(" ")
    reach = float(limit.split()[0].replace(",", ""))
    return value >= reach if sign == ">=" else value <= reach


def spread(values: list[float]) -> str:
    """The quartiles, or the extremes where there are too few values for them."""
    if len(values) < 2:
        return ""
    low, _, high = quantiles(values, n=4, method="inclusive")
    return f"{number(low)} to {number(high)}"


def number(value: float) -> str:
    """A figure with three digits that mean something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def rate(step: Callable[[int, int], object], seconds: float, clients: int = 1) -> float:
    """How often a second *clients* threads together come to do `step(client, turn)`."""
    done = [0] * clients
    failed: list[BaseException] = []
    end = perf_counter() + seconds

    def work(client: int) -> None:
        turn = 0
        try:
            while perf_counter() < end:
                step(client, turn)
                turn += 1
        except BaseException as error:  # noqa: BLE001
            failed.append(error)
        done[client] = turn

    began = perf_counter()
    if clients == 1:
        work(0)
    else:
        threads = [Thread(target=work, args=(each,)) for each in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    took = perf_counter() - began
    if failed:
        raise failed[0]
    return sum(done) / took


def seconds_of(step: Callable[[], object], times: int) -> float:
    """The median time of one step, in seconds."""
    took = []
    for _ in range(times):
        began = perf_counter()
        step()
        took.append(perf_counter() - began)
    return median(took)
