"""Is the client back to usual on the morning after a session?"""

from __future__ import annotations

from aggregates.client_care.contents import Morning
from aggregates.client_care.context import CareContext
from aggregates.client_care.judging.asking import Inputs, ask, put
from aggregates.client_care.judging.tables import IS_THE_CLIENT_BACK_TO_USUAL
from aggregates.client_care.judging.usual import usual_pain
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.memos import SessionMemo
from aggregates.protocol.verdict import Given, Verdict


def judge_morning(care: CareMemory, morning: Morning, session: SessionMemo | None, context: CareContext, *,
                  later: bool = False) -> Verdict:
    """What follows from the morning after *session*? *later*: that morning was told already; this is another day."""
    given: Inputs = {"morning_pain": Given(morning.pain, "client_said")}
    put(given, "back_to_usual", morning.usual, "client_said")
    for name in ("affects_daily_life", "hard_to_tolerate", "muscle_soreness", "soreness_alarm"):
        put(given, name, getattr(morning, name), "client_said")
    usual = usual_pain(care, context)
    if usual is not None:
        above = usual + context.pack.number("PAIN-05.above_usual")
        given["above_usual"] = Given(morning.pain > above, "derived")
    if session is not None:
        given["after_pain_03"] = Given(session.stopped_by_pain, "record")
        put(given, "second_in_a_row", False if later else _not_usual_before(care, session), "record")
    return ask(context, IS_THE_CLIENT_BACK_TO_USUAL, given)


def _not_usual_before(care: CareMemory, session: SessionMemo) -> bool | None:
    """Whether the morning after the session before was not as usual; None if nobody heard, or nobody could compare.

    A morning that the client called usual while no usual pain was on record is not fine (SES-04), and no worsening.
    """
    earlier = max((each for each in care.sessions if each.at < session.at), key=lambda each: each.at, default=None)
    if earlier is None:
        return False
    if earlier.morning_not_worse and earlier.morning is not None:
        return False if earlier.morning.usual else None
    return None if earlier.morning_fine is None else not earlier.morning_fine
