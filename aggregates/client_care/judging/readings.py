"""What was measured before a session."""

from __future__ import annotations

from datetime import timedelta

from aggregates.client_care.contents import Readings
from aggregates.client_care.context import CareContext
from aggregates.client_care.judging.asking import Inputs, put
from aggregates.client_care.judging.flags import flag_inputs
from aggregates.client_care.judging.usual import usual_pain
from aggregates.client_care.limits import missing_vitals
from aggregates.client_care.memory import CareMemory
from aggregates.protocol.model import Pack
from aggregates.protocol.verdict import Given


def _crisis_at_every_reading(readings: Readings, pack: Pack) -> bool | None:
    """Whether each reading by itself is at the crisis level; None under a pack that does not compare them so."""
    systolic, diastolic = pack.number_if_any("VIT-03.systolic"), pack.number_if_any("VIT-03.diastolic")
    if systolic is None or diastolic is None:
        return None
    return all(bp[0] >= systolic or bp[1] >= diastolic for bp in readings.bp)


def _helped_hypo_told(care: CareMemory, context: CareContext) -> bool | None:
    """Whether low glucose that needed help was told within the hours that it counts; None under an earlier pack."""
    told, hours = care.helped_hypo_at, context.pack.number_if_any("VIT-09.hours")
    if hours is None:
        return None
    return told is not None and told <= context.occurred_at <= told + timedelta(hours=hours)


def readings_inputs(care: CareMemory, readings: Readings, context: CareContext) -> Inputs:
    """What was measured before a session."""
    missing = missing_vitals(care.limits(context.today, context.occurred_at), readings)
    given: Inputs = {"diabetes": Given("diabetes" in care.conditions, "record"),
                     "heart_failure": Given("heart_failure" in care.conditions, "record"),
                     "vital_missing": Given(bool(missing), "derived", named=missing)}
    unwell = care.unwell_that_day(context.occurred_at, context.house.today)
    given["screened_unwell_today"] = Given(unwell, "record")
    given.update(flag_inputs(readings.red_flags or (), care, asked=readings.red_flags is not None))
    if readings.bp:
        systolic, diastolic = [bp[0] for bp in readings.bp], [bp[1] for bp in readings.bp]
        given["resting_systolic"] = Given(sum(systolic) / len(systolic), "coach_measured")
        given["resting_diastolic"] = Given(sum(diastolic) / len(diastolic), "coach_measured")
        for which, of in (("least", min), ("highest", max)):
            given[f"{which}_systolic"] = Given(of(systolic), "coach_measured")
            given[f"{which}_diastolic"] = Given(of(diastolic), "coach_measured")
        given["bp_readings"] = Given(len(readings.bp), "coach_measured")
        put(given, "crisis_at_every_reading", _crisis_at_every_reading(readings, context.pack), "derived")
        given["crisis_earlier_today"] = Given(care.crisis_before(context.occurred_at, context.house.today), "record")
    put(given, "bp_symptoms", readings.bp_symptoms, "client_said")
    for name, value in (("resting_heart_rate", readings.heart_rate), ("temperature", readings.temperature_c),
                        ("spo2_rest", readings.spo2), ("weight_gain_3_days", readings.weight_gain_kg),
                        ("standing_drop", readings.standing_drop)):
        put(given, name, value, "coach_measured")
    put(given, "standing_symptoms", readings.standing_symptoms, "client_said")
    if readings.glucose is not None:
        given["glucose"] = Given(readings.glucose.value, "coach_measured", readings.glucose.unit)
    for sign in ("unwell", "ketones", "weakness", "helped_hypo_24h"):
        if readings.glucose_symptoms is not None:
            given[sign] = Given(sign in readings.glucose_symptoms, "client_said")
    put(given, "helped_hypo_told", _helped_hypo_told(care, context), "record")
    put(given, "pain_before", readings.pain_before, "client_said")
    usual = usual_pain(care, context)
    if readings.pain_before is not None and usual is not None:
        given["pain_before_above_usual"] = Given(readings.pain_before > usual, "derived")
    return given
