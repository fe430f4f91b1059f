"""What commands and facts are made of, with units and possible ranges. This is the storage format: only ever add.

A default is part of the stored meaning: a field at its default is not written.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta as Bounds

from aggregates.kernel.messages import Value

Text = Annotated[str, Bounds(max_length=4_000, description="text of at most 4,000 characters")]
Words = Annotated[str, Bounds(min_length=1, max_length=4_000, description="text of 1 to 4,000 characters")]
Name = Annotated[str, Bounds(min_length=1, max_length=200, description="text of 1 to 200 characters")]
Pain = Annotated[int, Bounds(ge=0, le=10, description="a whole number from 0 to 10")]
Systolic = Annotated[int, Bounds(ge=50, le=300, description="a systolic pressure, a whole number from 50 to 300 mmHg")]
Diastolic = Annotated[
    int, Bounds(ge=20, le=200, description="a diastolic pressure, a whole number from 20 to 200 mmHg")]
HeartRate = Annotated[int, Bounds(ge=20, le=250, description="a whole number from 20 to 250 beats per minute")]
Celsius = Annotated[float, Bounds(ge=30, le=45, description="a number from 30 to 45 degrees Celsius")]
Percent = Annotated[int, Bounds(ge=0, le=100, description="a whole number from 0 to 100 percent")]
Kilograms = Annotated[float, Bounds(ge=0, le=1_000, description="a number from 0 to 1,000 kilograms")]
Count = Annotated[int, Bounds(ge=1, le=1_000, description="a whole number from 1 to 1,000")]
Degrees = Annotated[int, Bounds(ge=-30, le=360, description="a whole number from -30 to 360 degrees")]
Minutes = Annotated[float, Bounds(gt=0, le=600, description="a number of minutes, at most 600")]
Grade = Annotated[int, Bounds(ge=1, le=5, description="a whole number from 1 to 5")]
BloodPressure = tuple[Systolic, Diastolic]
Stage = Literal["acute", "subacute", "chronic"]
YesNo = Literal["yes", "no", "unknown"]
Condition = Literal["diabetes", "heart_failure"]
VolumeUnit = Literal["kg", "repetitions", "minutes"]
Region = Literal["whole_body", "neck", "trunk", "shoulder", "elbow", "wrist_hand", "hip", "knee", "ankle_foot"]


class Clinician(Value, frozen=True, kw_only=True):
    """A referral source or another licensed professional."""

    name: Name
    profession: Name


class Release(Value, frozen=True, kw_only=True):
    """The client's consent to release information: what, to whom, until when."""

    to: Name
    what: Words
    until: date
    signed_on: date | None = None


class Answer(Value, frozen=True, kw_only=True):
    """One screening answer in the client's words. `now`: the symptom is present now."""

    answer: YesNo
    words: Text = ""
    now: bool | None = None


class RedFlag(Value, frozen=True, kw_only=True):
    """A red flag that was found. `features` are those of the flag's list that are present."""

    id: Name
    words: Text = ""
    features: tuple[Name, ...] = ()


class Screening(Value, frozen=True, kw_only=True):
    """Answers by question id; `medicines` and `red_flags` are None while nobody asked."""

    answers: dict[str, YesNo | Answer]
    medicines: tuple[Name, ...] | None = None
    red_flags: tuple[RedFlag, ...] | None = None
    onset: date | None = None
    stage: Stage | None = None
    conditions: tuple[Condition, ...] | None = None
    instrument: Name = "MET screening questions"
    instrument_version: Name = "1"


class Limit(Value, frozen=True, kw_only=True):
    """One condition of a clearance that a machine can check, with the clinician's own words beside it.

    `of` an exercise: load (kg), range (degrees), effort, ban; of the person: blood pressure (mmHg),
    heart rate (beats per minute). `region` limits loaded exercises of that region.
    """

    of: Literal["load", "range", "effort", "ban", "resting_systolic", "resting_diastolic", "resting_heart_rate",
                "training_heart_rate"]
    words: Words
    at_most: float | None = None
    unit: Literal["kg", "degrees", "mmHg", "beats per minute", "borg_6_20", "cr10"] | None = None
    exercise: Name | None = None
    region: Region | None = None


class ClearanceForm(Value, frozen=True, kw_only=True):
    """What a clearance says. `conditions` None means that the form is silent about restrictions."""

    issuer: Name
    profession: Name
    dated: date | None = None
    signed: bool = False
    diagnosis: Text = ""
    decision: Literal["full", "conditional", "declined"] | None = None
    restrictions: Text | None = None
    conditions: tuple[Limit, ...] | None = None
    expires: date | None = None


class Exercise(Value, frozen=True, kw_only=True):
    """One exercise of a programme: its class, and the dose as sets x repetitions x load x range, or minutes."""

    name: Name
    kind: Literal["GLOBAL", "SEMI_GLOBAL", "LOCAL"]
    sets: Count | None = None
    reps: Count | None = None
    load_kg: Kilograms | None = None
    minutes: Minutes | None = None
    range_degrees: tuple[Degrees, Degrees] | None = None
    regions: tuple[Region, ...] = ()


class Tolerated(Value, frozen=True, kw_only=True):
    """The last tolerated volume of an exercise: sets x repetitions x load (kg), sets x repetitions, or minutes.

    None: the exercise stated no dose, so it has no volume. `basis` is where the volume comes from: as planned, as a
    share allowed it, as performed in the last session that went well, or, where none did, the lowest on record.
    """

    exercise: Name
    amount: float | None = None
    unit: VolumeUnit | None = None
    basis: Literal["planned", "allowed", "performed", "lowest"] = "planned"


class Change(Value, frozen=True, kw_only=True):
    """One change of one number of one exercise."""

    exercise: Name
    what: Literal["load_kg", "reps", "sets", "minutes", "range_degrees"]
    to: float | tuple[Degrees, Degrees]


class Glucose(Value, frozen=True, kw_only=True):
    """Blood glucose with its unit."""

    value: Annotated[float, Bounds(gt=0, le=2_000, description="a number above 0 and at most 2,000")]
    unit: Literal["mg/dL", "mmol/L"]


class Effort(Value, frozen=True, kw_only=True):
    """Perceived effort with the scale on which it was given."""

    value: Annotated[float, Bounds(ge=0, le=20, description="a number on its scale, at most 20")]
    scale: Literal["borg_6_20", "cr10"]


class StopSign(Value, frozen=True, kw_only=True):
    """A reason to stop, by its rule. `lasting`: not gone within five minutes of rest, or the first ever.

    For a fall (STOP-09) `lasting` says that it was serious. None: nobody looked, which counts as yes.
    """

    id: Literal["STOP-01", "STOP-02", "STOP-03", "STOP-06", "STOP-09"]
    lasting: bool | None = None
    words: Text = ""


class Readings(Value, frozen=True, kw_only=True):
    """What was measured before a session. Resting values, after five minutes of sitting.

    None is "not measured" or "not asked"; an empty list of red flags is "asked, and there is none".
    """

    bp: tuple[BloodPressure, ...] = ()
    bp_symptoms: bool | None = None
    heart_rate: HeartRate | None = None
    temperature_c: Celsius | None = None
    glucose: Glucose | None = None
    glucose_symptoms: tuple[Literal["unwell", "ketones", "weakness", "helped_hypo_24h"], ...] | None = None
    spo2: Percent | None = None
    weight_gain_kg: Kilograms | None = None
    standing_drop: Annotated[int, Bounds(ge=0, le=200, description="a whole number from 0 to 200 mmHg")] | None = None
    standing_symptoms: bool | None = None
    red_flags: tuple[RedFlag, ...] | None = None
    pain_before: Pain | None = None


class AdverseResponse(Value, frozen=True, kw_only=True):
    """An adverse response and its grade, 1 (mild) to 5 (CTCAE v5 grades, not its terms)."""

    grade: Grade
    words: Text = ""


class Session(Readings, frozen=True, kw_only=True):
    """One session. What the client said and what the coach observed are kept apart.

    `stop_signs` and `asked_to_stop` None: nobody said; an empty list: the coach looked, and there was none.
    """

    exercise: Name | None = None
    pain_worst: Pain | None = None
    pain_after: Pain | None = None
    pain_ten_minutes_later: Pain | None = None
    effort: Effort | None = None
    highest_heart_rate: HeartRate | None = None
    exercise_bp: BloodPressure | None = None
    systolic_fall: Annotated[int, Bounds(ge=0, le=200, description="a whole number from 0 to 200 mmHg")] | None = None
    spo2_lowest: Percent | None = None
    stop_signs: tuple[StopSign, ...] | None = None
    asked_to_stop: bool | None = None
    done: Literal["as planned", "changed", "stopped early"] | None = None
    performed: tuple[Exercise, ...] = ()
    adverse: AdverseResponse | None = None
    client_said: Text = ""
    coach_observed: Text = ""
    signed: bool = False


class Morning(Value, frozen=True, kw_only=True):
    """The client's answer on the morning after a session. `usual`: back to pain as usual, in their own view."""

    pain: Pain
    usual: bool | None = None
    affects_daily_life: bool | None = None
    hard_to_tolerate: bool | None = None
    muscle_soreness: bool | None = None
    soreness_alarm: bool | None = None
    words: Text = ""


class FollowUp(Value, frozen=True, kw_only=True):
    """The client's answer during a pause."""

    pain: Pain
    usual: bool
    words: Text = ""


class Deadline(Value, frozen=True, kw_only=True):
    """Something that must follow: by which rule, who owes it, since when and until when (UTC)."""

    id: str
    rule: str
    what: str
    owner: str
    due_at: datetime
    started_at: datetime | None = None
