"""Who may ask for what. One table, default deny; the reviewer reads this page."""

from __future__ import annotations

from typing import Literal

Role = Literal["owner", "coach", "front desk", "medical adviser", "reviewer"]

READ = frozenset({"ReadClient"})
DESK = frozenset({
    "RegisterClient", "RecordRelease", "WithdrawRelease", "RequestClearance", "RecordClearance", "RecordAnswer",
    "RecordStatement", "RecordMorning", "RecordFollowUp", "ReportHealthChange", "ReportRedFlags", "WithdrawConsent",
    "SendLetter", "RecordDelivery", "RecordLetterAnswer", "AddReferralSource", "LetTimePass",
})
CARE = frozenset({
    "RecordScreening", "RecordMeasures", "DesignProgram", "ChangeProgram", "StartSession", "RecordSession",
    "ReportExacerbation", "ReportAdverseResponse", "ContactReferralSource", "ResumeTraining", "ReferBack",
    "OverrideDecision", "AmendFact", "ResolveContradiction", "MoveToMaintenance", "Discharge", "Readmit",
    "DraftLetter", "CheckLetter", "SignLetter", "CancelLetter",
})
HOUSE = frozenset({
    "AddPerson", "GiveRole", "RemovePerson", "AddReferralSource", "SetCalendar", "PlaceHold", "LiftHold",
    "EraseClient", "CompleteErasure", "ExportClient", "AdoptProtocol",
})
MAY: dict[str, frozenset[str]] = {
    "owner": READ | DESK | CARE | HOUSE,
    "coach": READ | DESK | CARE | {"ExportClient"},
    "front desk": READ | DESK,
    "medical adviser": READ | {"AdoptProtocol"},
    "reviewer": READ | {"ExportClient"},
    "client": frozenset({"RecordMorning", "RecordFollowUp", "ReportHealthChange", "ReportRedFlags", "RecordStatement",
                         "ReportExacerbation", "WithdrawRelease", "WithdrawConsent"}),
    "policy": frozenset({"ReferBack", "DraftLetter", "NoteLetter"}),
    "system": frozenset({"LetTimePass", "CompleteErasure"}),
}


def may(role: str, command: str) -> bool:
    """Whether *role* may ask for *command*; an unknown role may nothing."""
    return command in MAY.get(role, frozenset())
