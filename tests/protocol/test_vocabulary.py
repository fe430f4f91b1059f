"""The vocabulary gate: what we may not write of ourselves, and where it does not apply."""

from __future__ import annotations

import pytest

from aggregates.protocol.vocabulary import blocked_words, inflections
from tests.protocol.example import PACK


def found(text: str, *own_names: str) -> list[str]:
    """The words found in *text*, in its order."""
    return [each.word for each in blocked_words(PACK, text, "training", own_names)]


def test_the_patients_therapy_caused_a_strain() -> None:
    findings = blocked_words(PACK, "The patient's therapy caused a strain.", "training")
    assert [each.word for each in findings if each.level == "block"] == ["patient", "therapy", "strain"]
    assert [each.word for each in findings if each.level == "warn"] == ["cause"]
    assert [each.start for each in findings] == [4, 14, 22, 31]
    assert findings[0].preferred == "client"
    assert findings[0].sentence == 'Instead of "patient" write: client.'


def test_an_account_of_what_happened_is_free_of_findings() -> None:
    assert found("Symptoms began during set 2 of 3 of the cable row.") == []


@pytest.mark.parametrize(("text", "words"), [
    ("PATIENTS, Patient's, patients' and patient’s", ["patient"] * 4),
    ("therapies and a therapeutic plan", ["therapy", "therapeutic"]),
    ("Our therapists lead Medical Exercise Therapy.", ["therapist", "Medical Exercise Therapy"]),
    ("Medical-Exercise  Therapists", ["Medical Exercise Therapist"]),
    ("We offer physical\ntherapy and physiotherapy.", ["physical therapy", "physiotherapy"]),
    ("I am a physical therapist.", ["physical therapist"]),
    ("As your physical therapist I advise rest.", ["physical therapist"]),
    ("our PT, our DPTs", ["PT", "DPT"]),
    ("treats, treated, treating, treatments", ["treat", "treat", "treat", "treatment"]),
    ("the treatment plan and plan of care", ["treatment plan", "plan of care"]),
    ("We diagnosed; our diagnosis", ["we diagnosed", "our diagnosis"]),
    ("an evaluation, examinations", ["evaluation", "examination"]),
    ("prescribed prescriptions", ["prescribe", "prescription"]),
    ("rehabilitating, rehabilitation", ["rehabilitate", "rehabilitation"]),
    ("medical treatment and clinical care", ["medical treatment", "clinical care"]),
    ("two interventions", ["intervention"]),
    ("cured, heals, fixing", ["cure", "heal", "fix"]),
    ("pain relief that relieves pain", ["pain relief", "relieves pain"]),
    ("the prognosis", ["prognosis"]),
    ("injuries, injured, torn", ["injury", "injure", "torn"]),
    ("inflammation, sprained, tears", ["inflammation", "sprain", "tear"]),
    ("We cleared the client", ["we cleared"]),
    ("an exacerbation of sciatica", ["exacerbation of"]),
    ("visits to the clinic, an appointment", ["visit", "clinic", "appointment"]),
    ("medically necessary", ["medically necessary"]),
])
def test_whole_words_are_found_in_every_form(text: str, words: list[str]) -> None:
    assert found(text) == words


@pytest.mark.parametrize("text", [
    "impatient outpatients", "the healthy strainer", "clinician and clinical", "prefix because", "a retreat",
    "Client, assessment, red flag, medical clearance, referral source, functional outcome measure, progress "
    "report, discharge summary, change in status, post rehab, functional maintenance.",
])
def test_words_that_only_look_alike_and_words_allowed_on_purpose_are_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", [
    'She said: "My therapist treats the strain."',
    "The letter reads “patient with a muscle tear”.",
    "Copy to J. Doe, PT and A. B. Lee, MD, DPT.",
    "Copy to S. Berg, physical therapist, and to Lee Moe (physiotherapist).",
    "Spoke with physical therapist S. Berg.",
    "Please ask your physical therapist, or her physician or physical therapist.",
    "Cleared by a physician, physical therapist or chiropractor.",
    "The client completed physical therapy in March and his previous cardiac rehabilitation.",
    "Diagnosis as given by R. Okafor: osteoarthritis; diagnosed by your physician.",
])
def test_what_others_say_and_who_others_are_is_not_ours_to_change(text: str) -> None:
    assert found(text) == []


def test_a_quotation_that_never_closes_protects_nothing() -> None:
    assert found('He said: "the patient is well.') == ["patient"]
    assert found('He said: "it hurts.\n\nThe patient is well."') == ["patient"]


def test_a_name_before_a_credential_does_not_protect_the_words_of_the_name() -> None:
    assert found("Medical Exercise Therapy, PT") == ["Medical Exercise Therapy"]


def test_a_credential_after_our_own_name_is_ours() -> None:
    assert found("Jon Vik, PT", "Jon Vik") == ["PT"]
    assert found("S. Berg, PT", "Jon Vik") == []
    assert found("evaluated by Jon Vik", "Jon Vik") == ["evaluate"]


def test_physical_therapy_with_us_is_ours() -> None:
    assert found("She completed physical therapy with us.") == ["physical therapy"]


def test_the_name_of_the_method_is_spelled_out_at_first_use() -> None:
    assert found("MET has helped.") == ["MET"]
    assert found("Medical Exercise Training (MET) has helped; MET goes on.") == []
    assert found("MET, that is Medical Exercise Training (MET).") == ["MET"]
    assert found("Goals were met at 5 METs.") == ["METs"]


def test_the_gate_is_off_in_the_therapy_profile() -> None:
    assert blocked_words(PACK, "The patient's therapy caused a strain.", "therapy") == ()


def test_a_long_text_of_names_is_read_in_good_time() -> None:
    assert found("Anna Berg " * 5_000 + "patient") == ["patient"]


def test_inflections_follow_the_last_letters() -> None:
    assert inflections("therapy") == {"therapy", "therapies", "therapyed", "therapying"}
    assert inflections("cure") == {"cure", "cures", "cured", "curing"}
    assert inflections("fix") == {"fix", "fixes", "fixed", "fixing"}
    assert "assays" in inflections("assay")
