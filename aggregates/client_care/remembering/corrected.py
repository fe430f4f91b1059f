"""How a correction changes what is remembered: the corrected content takes the place of the original."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from aggregates.client_care import facts as f
from aggregates.client_care.contents import Clinician, Exercise, FollowUp, Morning, Pain, Screening, Session
from aggregates.client_care.judging.sessions import free_of_stop_signs, worst_pain
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.memos import FollowUpMemo
from aggregates.client_care.remembering.said import remember_screening, usual_morning, usual_pain_of
from aggregates.client_care.volume import session_beyond_share, volumes_performed

Fields = tuple[str, ...]


def _correct_session(care: CareMemory, version: int, content: dict[str, Any], _fields: Fields) -> None:
    memo, session = care.session(version), msgspec.convert(content["session"], Session)
    if memo is not None:
        memo.pain_worst, memo.pain_ten_minutes_later = worst_pain(session), session.pain_ten_minutes_later
        memo.done, memo.signed = session.done, session.signed
        memo.free_of_stop_signs = free_of_stop_signs(session)
        planned = msgspec.convert(content.get("planned"), tuple[Exercise, ...] | None)
        memo.volumes = volumes_performed(planned, session)
        again = bool(session_beyond_share(care, session, memo.at))
        memo.beyond_share = again or (memo.beyond_share and not session.performed)


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
    if usual is not None and not _raises_in_pause(care, version, usual):
        care.usual_pain, care.usual_pain_version = usual, version


def _raises_in_pause(care: CareMemory, version: int, usual: int) -> bool:
    """Whether a correction would end a pause by a higher usual pain.

    Only the measure that counts, and that was taken before the client got worse, may be put right upwards: a mistyped
    usual pain would keep the client out for ever. What was taken within the pause is the pain of the pause.
    """
    if care.paused_at is None or care.usual_pain is None or usual <= care.usual_pain:
        return False
    before = care.usual_pain_at is not None and care.usual_pain_at < care.paused_at
    return not (version == care.usual_pain_version and before)


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
