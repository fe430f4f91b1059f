"""What would make a broken rule hold: what it is, who can supply it, and how it comes about."""

from __future__ import annotations

from typing import NamedTuple

from workflow.engine import ways
from workflow.engine.ways import Ways


class Remedy(NamedTuple):
    """One thing that can be missing: what it is, who can supply it, and how it comes about, the shortest way first.

    `deadlines` are the rules under which it may be owed already.
    """

    name: str
    what: str
    supplier: str
    ways: Ways
    deadlines: tuple[str, ...] = ()


SCREENING = Remedy("screening", "a complete screening without a finding that stops training",
                   "the coach, with the client", ways.screening)
CLEARANCE = Remedy("clearance", "a new clearance that is complete and allows it, dated today or later",
                   "a clinician of an accepted profession", ways.clearance, ("DL-09",))
RELEASE = Remedy("release", "the referral source's answer that training may resume", "the referral source",
                 ways.release, ("DL-07",))
USUAL = Remedy("usual pain", "usual pain until then without a break, as the client says", "the client", ways.usual,
               ("DL-08",))
RESUME = Remedy("resuming", "the decision to resume training, at no more than the allowed share of the last volume",
                "the coach", ways.resume)
READMISSION = Remedy("readmission", "readmission", "the coach or the owner", ways.readmission)
SIGNATURE = Remedy("signature", "the signature under the last session", "the coach who led it", ways.signature)
GOOD_SESSIONS = Remedy("good sessions", "sessions in a row as planned, each with little pain and a fine next morning",
                       "the client and the coach", ways.good_sessions)
EARLIER_SESSION = Remedy("earlier session", "a recorded session, and the morning after it", "the coach",
                         ways.earlier_session)
RETEST = Remedy("re-test", "a re-test that shows the gains", "the coach, with the client", ways.retest, ("OUT-02",))
PROGRAMME = Remedy("programme", "a programme within the clearance and within the share of a resume", "the coach",
                   ways.programme)

REMEDIES: dict[str, tuple[Remedy, ...]] = {
    "screening_is_complete": (SCREENING,), "screening_is_current": (SCREENING,),
    "client_is_screened_anew": (SCREENING,), "clearance_is_in_force": (CLEARANCE,),
    "client_is_not_referred_back": (CLEARANCE, RELEASE), "a_new_clearance_is_here": (CLEARANCE, RELEASE),
    "programme_is_still_within_the_clearance": (PROGRAMME, CLEARANCE), "program_is_within_the_clearance": (CLEARANCE,),
    "change_is_within_the_clearance": (CLEARANCE,), "training_is_not_paused": (RESUME,),
    "referral_source_has_released": (RELEASE,), "usual_pain_for_48_hours": (USUAL,),
    "care_is_open": (READMISSION,), "last_session_is_signed": (SIGNATURE,), "raising_is_earned": (GOOD_SESSIONS,),
    "a_session_came_before": (EARLIER_SESSION,), "no_newer_clearance_is_unclear": (CLEARANCE, RELEASE),
    "raises_of_a_new_programme_are_earned": (GOOD_SESSIONS,), "pain_is_usual_since_the_pause": (USUAL,),
    "no_raise_while_a_clearance_is_unclear": (CLEARANCE, RELEASE),
    "programme_is_within_the_resumed_volume": (PROGRAMME,), "gains_are_kept_on_retest": (RETEST,),
}
"""What helps against a broken rule, by the rule's name."""

OF_THE_REQUEST = frozenset({
    "exercises_have_distinct_names", "one_change_per_step", "change_fits_the_programme", "raise_is_small",
    "volume_is_at_most_half", "readings_are_within_the_clearance", "what_held_the_session_is_measured_again",
    "issuer_is_accepted", "clearance_is_not_dated_ahead", "clearance_has_not_expired",
    "clearance_is_newer_than_the_suspension", "answer_comes_from_an_accepted_issuer",
    "answer_agrees_with_its_clearance", "answer_is_not_dated_ahead", "answer_has_not_expired",
    "answer_is_newer_than_the_suspension", "answer_brings_a_complete_clearance",
    "answer_comes_from_the_referral_source", "amendment_changes_something", "fact_can_be_amended",
    "contradiction_is_open", "a_release_is_on_record", "raises_of_a_new_programme_are_small",
    "a_new_programme_raises_one_thing", "new_exercises_are_within_the_template",
    "programme_keeps_the_resumed_volume", "change_keeps_the_resumed_volume",
    "a_first_dose_is_within_the_template",
})
"""Rules that look at what the request says: another request would hold, whatever is on record."""

NEVER = frozenset({
    "a_hold_is_in_place", "an_emergency_cannot_be_overridden", "answer_is_the_newest", "client_is_new",
    "it_is_asked_on_its_day", "nothing_newer_stands_against_it", "step_belongs_to_this_phase",
    "the_row_allows_an_override", "training_went_on_then",
})
"""Rules against which nothing helps that anybody would wish for or could supply: they look at what is settled."""
