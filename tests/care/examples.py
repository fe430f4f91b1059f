"""Commands and histories that tests begin with: complete, harmless, and changed one field at a time."""

from __future__ import annotations

from datetime import date
from typing import Any

from aggregates.client_care import commands as c
from aggregates.client_care.contents import Answer, Clinician, Exercise, Limit
from tests.care.scenario import At

CALM = {**dict.fromkeys((f"SCR-{number:02}" for number in (1, 2, 3, 4, 5, 7, 8, 9, 10, 14, 15)), "no"), "SCR-13": "yes"}
ROW = Exercise(name="cable row", kind="SEMI_GLOBAL", sets=3, reps=15, load_kg=20, regions=("shoulder",))
BIKE = Exercise(name="bike", kind="GLOBAL", minutes=10, regions=("knee",))


def register(**changed: Any) -> c.RegisterClient:
    """A client with an onset years ago."""
    fields: dict[str, Any] = {
        "name": "A Client", "born": date(1970, 1, 1), "diagnosis_as_given": "as on the referral",
        "referred_by": Clinician(name="S. Berg", profession="physician"), "onset": date(2023, 1, 1),
        "stage": "chronic"}
    return c.RegisterClient(**{**fields, **changed})


def screening(answers: dict[str, str | Answer] | None = None, **changed: Any) -> c.RecordScreening:
    """A complete screening without findings, except for *answers*."""
    fields: dict[str, Any] = {"answers": {**CALM, **(answers or {})}, "medicines": (), "red_flags": ()}
    return c.RecordScreening(**{**fields, **changed})


def without(question: str) -> c.RecordScreening:
    """A screening in which one question has no answer."""
    return c.RecordScreening(answers={k: v for k, v in CALM.items() if k != question}, medicines=(), red_flags=())


def form(**changed: Any) -> dict[str, Any]:
    """A complete clearance without limits, until the end of the year."""
    fields: dict[str, Any] = {
        "issuer": "S. Berg", "profession": "physician", "dated": date(2026, 1, 5), "signed": True,
        "diagnosis": "as on the referral", "decision": "full", "restrictions": "none", "expires": date(2026, 12, 31)}
    return {**fields, **changed}


def clearance(**changed: Any) -> c.RecordClearance:
    """A clearance as it arrives."""
    return c.RecordClearance(**form(**changed))


def limited(*limits: Limit, **changed: Any) -> c.RecordClearance:
    """A clearance under conditions."""
    return clearance(decision="conditional", conditions=limits, restrictions=None, **changed)


def ready(**changed: Any) -> c.StartSession:
    """The question whether a session may begin, with the red flags and the pain asked about and nothing found."""
    return c.StartSession(**{"red_flags": (), "pain_before": 1, **changed})


def session(**changed: Any) -> c.RecordSession:
    """A signed session as planned, with little pain and no reason to stop."""
    fields: dict[str, Any] = {"pain_before": 1, "pain_worst": 2, "pain_after": 1, "stop_signs": (),
                              "asked_to_stop": False, "done": "as planned", "signed": True}
    return c.RecordSession(**{**fields, **changed})


def change(what: str, to: Any, exercise: str = "cable row") -> c.ChangeProgram:
    """One step of the programme."""
    return c.ChangeProgram(changes=(c.Change(exercise=exercise, what=what, to=to),))


FINE = c.RecordMorning(pain=1, usual=True)
NOT_USUAL = c.RecordMorning(pain=5, usual=False)
USUAL = c.RecordFollowUp(pain=2, usual=True)
WORSE = c.ReportExacerbation(words="worse since yesterday")
RELEASE = c.RecordAnswer(source="S. Berg", answer="resume")
RESUME = c.ResumeTraining(volume_percent=50)

SCREENED = (At("2026-01-05T09:00", register()), screening())
CLEARED = (*SCREENED, clearance())
TRAINING = (*CLEARED, c.RecordMeasures(scores={"NPRS": 2.0}, usual_pain=2),
            c.DesignProgram(template="DOS-LO", exercises=(ROW, BIKE)))
EARNED = (*TRAINING, At("2026-01-06T10:00", session()), At("2026-01-07T08:00", FINE),
          At("2026-01-08T10:00", session()), At("2026-01-09T08:00", FINE))
PAUSED = (*TRAINING, At("2026-01-12T09:00", WORSE))
GATED = (*PAUSED, At("2026-01-13T09:00", USUAL), At("2026-01-14T09:00", RELEASE))
REFERRED = (*TRAINING, At("2026-01-12T09:00", c.ReportAdverseResponse(grade=3)))
MAINTAINED = (*TRAINING, c.MoveToMaintenance(reason="gains kept"))
DISCHARGED = (*TRAINING, c.Discharge(reason="other"))
WAITING = (*TRAINING, At("2026-01-12T09:00", c.ReportHealthChange(what="a new heart medicine")))
