"""Who may ask for what. One table, default deny; the reviewer reads this page."""

from __future__ import annotations

from typing import Literal, get_args

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
    "DraftLetter", "RedraftLetter", "CheckLetter", "SignLetter", "CancelLetter",
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
    "system": frozenset({"LetTimePass", "CompleteErasure", "AcceptLoss"}),
}


def may(role: str, command: str) -> bool:
    """Whether *role* may ask for *command*; an unknown role may nothing."""
    return command in MAY.get(role, frozenset())


def roles_that_may(command: str) -> tuple[str, ...]:
    """The roles of people who may ask for *command*; a practice is founded by whoever will own it."""
    return ("owner",) if command == "FoundPractice" else tuple(role for role in get_args(Role) if may(role, command))


def may_not(role: str, command: str, what: str) -> str:
    """That *role* may not do *what*, and who may, in one sentence."""
    people = [*roles_that_may(command), *(["the client"] if may("client", command) else [])]
    *some, last = people or ["the engine itself"]
    allowed = f"{', '.join(some)} or {last}" if some else last
    return f"{f'the role {role}' if role else 'somebody without a role here'} may not {what}; only {allowed} may."
