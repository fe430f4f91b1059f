"""How a correction changes what is remembered: the corrected content takes the place of the original."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from aggregates.client_care import facts as f
from aggregates.client_care.contents import FollowUp, Morning, Pain, Screening, Session
from aggregates.client_care.judge import free_of_stop_signs, worst_pain
from aggregates.client_care.memory import CareMemory, FollowUpMemo


def remember_screening(care: CareMemory, screening: Screening) -> None:
    """What a screening adds about onset, stage and conditions, and which flags it found."""
    care.onset, care.stage = screening.onset or care.onset, screening.stage or care.stage
    care.conditions = tuple(dict.fromkeys((*care.conditions, *(screening.conditions or ()))))
    care.open_flags = tuple(flag.id for flag in screening.red_flags or ())


def _correct_session(care: CareMemory, version: int, content: dict[str, Any]) -> None:
    memo, session = care.session(version), msgspec.convert(content["session"], Session)
    if memo is not None:
        memo.pain_worst, memo.pain_ten_minutes_later = worst_pain(session), session.pain_ten_minutes_later
        memo.done, memo.signed = session.done, session.signed
        memo.free_of_stop_signs = free_of_stop_signs(session)


def _correct_morning(care: CareMemory, version: int, content: dict[str, Any]) -> None:
    morning = msgspec.convert(content["morning"], Morning)
    for memo in care.sessions:
        if memo.morning_version == version:
            memo.morning = morning
    _correct_follow_ups(care, version, morning.pain, morning.usual is not False)


def _correct_follow_up(care: CareMemory, version: int, content: dict[str, Any]) -> None:
    answer = msgspec.convert(content["follow_up"], FollowUp)
    _correct_follow_ups(care, version, answer.pain, answer.usual)


def _correct_follow_ups(care: CareMemory, version: int, pain: int, usual: bool) -> None:
    care.follow_ups = tuple(
        FollowUpMemo(version=version, at=each.at, pain=pain, usual=usual) if each.version == version else each
        for each in care.follow_ups)


def _correct_screening(care: CareMemory, version: int, content: dict[str, Any]) -> None:
    screening = msgspec.convert(content["screening"], Screening)
    if version == care.screened_version:
        remember_screening(care, screening)


def _correct_measures(care: CareMemory, _version: int, content: dict[str, Any]) -> None:
    usual = msgspec.convert(content.get("usual_pain"), Pain | None)
    care.usual_pain = care.usual_pain if usual is None else usual


def _correct_registration(care: CareMemory, _version: int, content: dict[str, Any]) -> None:
    care.born = msgspec.convert(content["born"], date)
    care.onset = msgspec.convert(content["onset"], date)
    care.stage = msgspec.convert(content["stage"], str)
    care.conditions = msgspec.convert(content.get("conditions", ()), tuple[str, ...])


CORRECT: dict[str, Callable[[CareMemory, int, dict[str, Any]], None]] = {
    f.SessionRecorded.TOPIC: _correct_session, f.MorningAnswered.TOPIC: _correct_morning,
    f.FollowUpAnswered.TOPIC: _correct_follow_up, f.ScreeningRecorded.TOPIC: _correct_screening,
    f.MeasuresRecorded.TOPIC: _correct_measures, f.ClientRegistered.TOPIC: _correct_registration,
}
