"""Correcting an observation: the corrected content is checked like new, and decisions that used it are made anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, get_type_hints

import msgspec

from aggregates.client_care import facts as f
from aggregates.client_care.context import CareContext
from aggregates.client_care.judge import judge_adverse
from aggregates.client_care.judging.mornings import judge_morning
from aggregates.client_care.judging.screening import judge_screening
from aggregates.client_care.judging.sessions import judge_session
from aggregates.client_care.memory import CareMemory
from aggregates.kernel.messages import Fact, payload_fields
from aggregates.protocol.decisions import Decision
from aggregates.protocol.verdict import Verdict

INNER = {"care.session_recorded": "session", "care.morning_answered": "morning",
         "care.follow_up_answered": "follow_up", "care.screening_recorded": "screening",
         "care.adverse_response_reported": "response"}


def corrected_content(original: Fact, corrected: dict[str, Any]) -> dict[str, Any]:
    """The original's content with the corrected fields in their place, in plain values.

    Raises `msgspec.ValidationError` where a corrected field does not fit.
    """
    content: dict[str, Any] = msgspec.to_builtins(original.payload())
    inner = INNER.get(original.TOPIC)
    changed = {**content, **corrected} if inner is None else {**content, inner: {**content[inner], **corrected}}
    hints = get_type_hints(type(original))
    unknown = set(changed) - set(payload_fields(type(original)))
    if unknown:
        raise msgspec.ValidationError(f"Object contains unknown field `{min(unknown)}`")
    plain: dict[str, Any] = msgspec.to_builtins(changed)
    for name, value in plain.items():
        msgspec.convert(value, hints[name])
    return plain


def fields_of(original: Fact) -> tuple[str, ...]:
    """The fields that a correction of *original* may name."""
    inner = INNER.get(original.TOPIC)
    return payload_fields(type(original)) if inner is None else type(getattr(original, inner)).__struct_fields__


def corrected_fact(original: Fact, corrected: dict[str, Any]) -> Fact:
    """The original as it would have been told; raises `msgspec.ValidationError` where a field does not fit."""
    return _with_content(original, corrected_content(original, corrected))


def _with_content(original: Fact, content: dict[str, Any]) -> Fact:
    hints = get_type_hints(type(original))
    return replace(original, **{name: msgspec.convert(value, hints[name]) for name, value in content.items()})


def as_corrected(original: Fact, facts: Iterable[Fact]) -> Fact:
    """The original as its newest correction among *facts* left it: a further correction builds on that one."""
    newest: f.FactAmended | None = None
    for fact in facts:
        if isinstance(fact, f.FactAmended) and fact.of_version == original.originator_version:
            newest = fact
    return original if newest is None else _with_content(original, newest.content)


def is_higher_now(care: CareMemory, of_version: int, verdict: Verdict) -> bool:
    """Whether a decision made anew is higher than it was: only then does something follow from it a second time."""
    before = care.outcomes.get(of_version)
    return before is None or verdict.outcome.outranks(Decision(before))


def judge_again(care: CareMemory, version: int, original: Fact, content: dict[str, Any], context: CareContext
                ) -> Iterator[tuple[int, Verdict]]:
    """The decisions on the corrected fact and on the morning that followed it, with the versions they are about.

    *care* remembers the correction already when this is asked. They are made for the moment of the original.
    """
    context = msgspec.structs.replace(context, occurred_at=original.occurred_at)
    match original:
        case f.SessionRecorded():
            session = msgspec.convert(content["session"], type(original.session))
            yield version, judge_session(care, session, context)
            yield from _morning_after(care, version, context)
        case f.MorningAnswered():
            morning = msgspec.convert(content["morning"], type(original.morning))
            yield version, judge_morning(care, morning, care.session(original.of_version or 0), context)
        case f.AdverseResponseReported():
            response = msgspec.convert(content["response"], type(original.response))
            yield version, judge_adverse(response, context)
        case f.ScreeningRecorded():
            screening = msgspec.convert(content["screening"], type(original.screening))
            yield version, judge_screening(care, screening, context)


def _morning_after(care: CareMemory, version: int, context: CareContext) -> Iterator[tuple[int, Verdict]]:
    memo = care.session(version)
    if memo is not None and memo.morning_version is not None and memo.morning is not None:
        yield memo.morning_version, judge_morning(care, memo.morning, memo, context)
