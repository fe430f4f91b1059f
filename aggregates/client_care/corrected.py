"""How a correction changes what is remembered: the corrected content takes the place of the original."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import msgspec

from aggregates.client_care import facts as f
from aggregates.client_care.contents import Clinician, FollowUp, Morning, Pain, RedFlag, Screening, Session
from aggregates.client_care.judge import free_of_stop_signs, worst_pain
from aggregates.client_care.memory import CareMemory, FollowUpMemo

Fields = tuple[str, ...]


def remember_screening(care: CareMemory, screening: Screening) -> None:
    """What a screening adds about onset, stage and conditions, and which flags it found."""
    care.onset, care.stage = screening.onset or care.onset, screening.stage or care.stage
    care.conditions = tuple(dict.fromkeys((*care.conditions, *(screening.conditions or ()))))
    care.open_flags = tuple(flag.id for flag in screening.red_flags or ())
    remember_features(care, screening.red_flags or ())


def remember_features(care: CareMemory, flags: Iterable[RedFlag]) -> None:
    """The features that were found of each flag, on whichever day, until a clearance answers them."""
    for flag in flags:
        known = care.open_features.get(flag.id, ())
        care.open_features = {**care.open_features, flag.id: tuple(dict.fromkeys((*known, *flag.features)))}


def usual_morning(said: Morning, usual_pain: int | None) -> bool:
    """Whether a morning's answer says that pain is usual; where nobody asked, the number says it or nothing does."""
    if said.usual is not None:
        return said.usual
    return usual_pain is not None and said.pain <= usual_pain


def _correct_session(care: CareMemory, version: int, content: dict[str, Any], _fields: Fields) -> None:
    memo, session = care.session(version), msgspec.convert(content["session"], Session)
    if memo is not None:
        memo.pain_worst, memo.pain_ten_minutes_later = worst_pain(session), session.pain_ten_minutes_later
        memo.done, memo.signed = session.done, session.signed
        memo.free_of_stop_signs = free_of_stop_signs(session)


def _correct_morning(care: CareMemory, version: int, content: dict[str, Any], _fields: Fields) -> None:
    morning = msgspec.convert(content["morning"], Morning)
    for memo in care.sessions:
        if memo.morning_version == version:
            memo.morning = morning
    _correct_follow_ups(care, version, morning.pain, usual_morning(morning, care.usual_pain))


def _correct_follow_up(care: CareMemory, version: int, content: dict[str, Any], _fields: Fields) -> None:
    answer = msgspec.convert(content["follow_up"], FollowUp)
    _correct_follow_ups(care, version, answer.pain, answer.usual)


def _correct_follow_ups(care: CareMemory, version: int, pain: int, usual: bool) -> None:
    care.follow_ups = tuple(
        FollowUpMemo(version=version, at=each.at, pain=pain, usual=usual) if each.version == version else each
        for each in care.follow_ups)


def _correct_screening(care: CareMemory, version: int, content: dict[str, Any], _fields: Fields) -> None:
    screening = msgspec.convert(content["screening"], Screening)
    if version == care.screened_version:
        remember_screening(care, screening)


def usual_pain_of(scores: dict[str, float], said: int | None, *, known: bool) -> int | None:
    """The usual pain that measures tell: as said, else the first NPRS while none is known."""
    if said is not None or known:
        return said
    score = scores.get("NPRS", -1)
    return int(score) if 0 <= score <= 10 else None


def _correct_measures(care: CareMemory, version: int, content: dict[str, Any], _fields: Fields) -> None:
    """Corrected scores that were a baseline are the baseline; a corrected usual pain counts, whenever it was told."""
    scores = msgspec.convert(content["scores"], dict[str, float])
    said = msgspec.convert(content.get("usual_pain"), Pain | None)
    mine = {name: score for name, score in scores.items() if care.baseline_versions.get(name, version) == version}
    gone = [name for name, of in care.baseline_versions.items() if of == version and name not in scores]
    care.baseline = {name: score for name, score in {**care.baseline, **mine}.items() if name not in gone}
    care.baseline_versions = {**{name: of for name, of in care.baseline_versions.items() if name not in gone},
                              **dict.fromkeys(mine, version)}
    usual = usual_pain_of(scores, said, known=care.usual_pain_version not in (0, version))
    if usual is not None:
        care.usual_pain, care.usual_pain_version = usual, version


def _correct_registration(care: CareMemory, _version: int, content: dict[str, Any], fields: Fields) -> None:
    """Only what was corrected changes: what a screening added since stays."""
    if "born" in fields:
        care.born = msgspec.convert(content["born"], date)
    if "onset" in fields:
        care.onset = msgspec.convert(content["onset"], date)
    if "stage" in fields:
        care.stage = msgspec.convert(content["stage"], str)
    if "conditions" in fields:
        care.conditions = msgspec.convert(content.get("conditions", ()), tuple[str, ...])
    if "referred_by" in fields:
        care.referral_source = msgspec.convert(content["referred_by"], Clinician).name


CORRECT: dict[str, Callable[[CareMemory, int, dict[str, Any], Fields], None]] = {
    f.SessionRecorded.TOPIC: _correct_session, f.MorningAnswered.TOPIC: _correct_morning,
    f.FollowUpAnswered.TOPIC: _correct_follow_up, f.ScreeningRecorded.TOPIC: _correct_screening,
    f.MeasuresRecorded.TOPIC: _correct_measures, f.ClientRegistered.TOPIC: _correct_registration,
}
