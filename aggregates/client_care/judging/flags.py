"""Red flags as inputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aggregates.client_care.contents import RedFlag
from aggregates.client_care.judging.asking import Inputs
from aggregates.client_care.memory import CareMemory
from aggregates.kernel.errors import InvalidInput
from aggregates.protocol.verdict import Given

FLAGS = ("RF-E1", "RF-E2", "RF-E3", "RF-U1", "RF-U3", "RF-U4")
COUNTED_FLAGS = ("RF-U2", "RF-R1")


def flag_inputs(flags: Iterable[RedFlag], care: CareMemory, *, asked: bool) -> Inputs:
    """Red flags as inputs. Only where all were asked about does an absent one mean "no".

    Features of one flag add up over the days until a clearance answers them.
    Raises `InvalidInput` for a flag that no row reads: to drop it silently would make it a "no".
    """
    found = _features_by_flag(flags)
    given: Inputs = {}
    for each in FLAGS:
        if asked or each in found:
            given[each] = Given(each in found, "client_said")
    for each in COUNTED_FLAGS:
        if asked or each in found:
            known = {name.casefold() for name in care.open_features.get(each, ())} if each in found else set()
            features = found.get(each, set()) | known
            given[f"{each}.features"] = Given(len(features), "client_said", named=tuple(sorted(features)))
    return given


def _features_by_flag(flags: Iterable[RedFlag]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for flag in flags:
        if flag.id not in (*FLAGS, *COUNTED_FLAGS):
            raise InvalidInput(f"red_flags: {flag.id} is no red flag of this protocol; known are "
                               f"{', '.join((*FLAGS, *COUNTED_FLAGS))}")
        found.setdefault(flag.id, set()).update(each.casefold() for each in flag.features)
        if flag.id in COUNTED_FLAGS and not flag.features:
            raise InvalidInput(f"red_flags: {flag.id} must name the features that are present")
    return found
