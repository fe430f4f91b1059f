"""A second model of the pathway, written by hand from the state table of the reference and from nothing else."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from aggregates.client_care import commands as c
from aggregates.client_care.contents import AdverseResponse, Change, RedFlag
from aggregates.kernel.messages import Command
from tests.care.examples import BIKE, FINE, ROW, USUAL, WORSE, clearance, register, screening, session

NAMES = {"S": "screening", "M": "medical_clearance", "A": "active_training", "P": "exacerbation_pause",
         "R": "referral_back", "F": "functional_maintenance", "D": "discharged"}
WAITS = {"S": "screening_is_complete", "M": "clearance_is_in_force", "A": "step_belongs_to_this_phase",
         "P": "training_is_not_paused", "R": "client_is_not_referred_back", "F": "step_belongs_to_this_phase",
         "D": "care_is_open"}
OPEN, EVERY = "SMAPRF", "SMAPRFD"

KNOWN = {
    "RegisterClient": EVERY, "RecordRelease": EVERY, "WithdrawRelease": EVERY, "RecordScreening": "SMAPRF",
    "RequestClearance": OPEN, "RecordClearance": OPEN, "RecordMeasures": OPEN, "DesignProgram": "AF",
    "ChangeProgram": "AF", "StartSession": OPEN, "RecordSession": OPEN, "RecordMorning": OPEN, "RecordFollowUp": "APF",
    "ReportExacerbation": OPEN, "ReportAdverseResponse": OPEN, "ReportRedFlags": EVERY, "ReportHealthChange": OPEN,
    "ContactReferralSource": OPEN, "RecordAnswer": OPEN, "ResumeTraining": "P", "ReferBack": "SMAPF",
    "OverrideDecision": OPEN, "RecordStatement": EVERY, "ResolveContradiction": EVERY, "AmendFact": EVERY,
    "MoveToMaintenance": "A", "Discharge": OPEN, "WithdrawConsent": OPEN, "Readmit": "D", "PlaceHold": EVERY,
    "LiftHold": EVERY, "NoteLetter": EVERY, "LetTimePass": EVERY}
"""The phases in which the pathway knows each command; anywhere else it is refused for what the phase waits for."""

BEFORE_REGISTRATION, UNREGISTERED = ("RegisterClient",), "client_is_registered"
"""What is known before the client is registered, and the rule that stands against everything else."""

AT_ONCE_ONLY = {"StartSession": "SMPR", "RecordSession": "SMPR", "RecordScreening": "PR"}
"""Where a command is known only for what has to be done at once; an ordinary one is refused as anywhere else."""

SAMPLES: dict[str, Command] = {
    "RegisterClient": register(), "RecordRelease": c.RecordRelease(to="S. Berg", what="all", until=date(2027, 1, 1)),
    "WithdrawRelease": c.WithdrawRelease(to="S. Berg"), "RecordScreening": screening(),
    "RequestClearance": c.RequestClearance(issuer="S. Berg"), "RecordClearance": clearance(),
    "RecordMeasures": c.RecordMeasures(scores={"NPRS": 1.0}),
    "DesignProgram": c.DesignProgram(template="DOS-LO", exercises=(ROW, BIKE)),
    "ChangeProgram": c.ChangeProgram(changes=(Change(exercise="cable row", what="reps", to=10),)),
    "StartSession": c.StartSession(), "RecordSession": session(), "RecordMorning": FINE, "RecordFollowUp": USUAL,
    "ReportExacerbation": WORSE, "ReportAdverseResponse": c.ReportAdverseResponse(grade=1),
    "ReportRedFlags": c.ReportRedFlags(red_flags=()), "ReportHealthChange": c.ReportHealthChange(what="an operation"),
    "ContactReferralSource": c.ContactReferralSource(spoke_with="S. Berg", agreed="to wait"),
    "RecordAnswer": c.RecordAnswer(source="S. Berg", answer="resume"),
    "ResumeTraining": c.ResumeTraining(volume_percent=40),
    "ReferBack": c.ReferBack(rule="EXA-03", reason="by hand"), "OverrideDecision": c.OverrideDecision(reason="no"),
    "RecordStatement": c.RecordStatement(source="client_said", words="hello"),
    "ResolveContradiction": c.ResolveContradiction(statement=1, stands="record", reason="asked"),
    "AmendFact": c.AmendFact(version=1, corrected={"name": "B Client"}, reason="typed wrong"),
    "MoveToMaintenance": c.MoveToMaintenance(reason="gains kept"), "Discharge": c.Discharge(reason="other"),
    "WithdrawConsent": c.WithdrawConsent(), "Readmit": c.Readmit(reason="back again"),
    "PlaceHold": c.PlaceHold(reason="a claim"), "LiftHold": c.LiftHold(reason="closed"),
    "NoteLetter": c.NoteLetter(letter="x-1", kind="progress report"), "LetTimePass": c.LetTimePass()}

# What a step of a walk leads to, by the phase from which it is taken; a phase that is not named refuses it.
STAYS = {each: each for each in OPEN}
WALK: dict[str, tuple[Command, dict[str, str]]] = {
    "flag": (c.ReportRedFlags(red_flags=(RedFlag(id="RF-E1"),)), {**dict.fromkeys(OPEN, "R"), "D": "D"}),
    "grade 1": (c.ReportAdverseResponse(grade=1), STAYS),
    "grade 2": (c.ReportAdverseResponse(grade=2), {**STAYS, "M": "P", "A": "P", "F": "P"}),
    "grade 3": (c.ReportAdverseResponse(grade=3), dict.fromkeys(OPEN, "R")),
    "worse": (WORSE, {**dict.fromkeys("MAPF", "P"), "S": "S", "R": "R"}),
    "health": (c.ReportHealthChange(what="an operation"), {**STAYS, "A": "M", "F": "M"}),
    "emergency": (session(adverse=AdverseResponse(grade=3)), dict.fromkeys(OPEN, "R")),
    "told to wait": (c.RecordAnswer(source="S. Berg", answer="stay paused"), {**STAYS, "A": "M", "F": "M"}),
    "morning": (FINE, STAYS), "usual": (USUAL, {"A": "A", "P": "P", "F": "F"}),
    "session": (session(), {"A": "A", "F": "F"}), "unsigned": (session(signed=False), {"A": "A", "F": "F"}),
    "bad session": (session(adverse=AdverseResponse(grade=2)), {**STAYS, "M": "P", "A": "P", "F": "P"}),
    "screened": (screening(), {"S": "M", "M": "M", "A": "A", "F": "F"}),
    "screened flag": (screening(red_flags=(RedFlag(id="RF-U1"),)), dict.fromkeys(OPEN, "R")),
    "cleared": (clearance(), {**STAYS, "M": "A", "R": "S"}),
    "half cleared": (clearance(signed=False), STAYS),
    "declined": (clearance(decision="declined"), dict.fromkeys(OPEN, "R")),
    "released": (c.RecordAnswer(source="S. Berg", answer="resume"), {**STAYS, "R": "S"}),
    "stopped": (c.RecordAnswer(source="S. Berg", answer="stop"), dict.fromkeys(OPEN, "R")),
    "begin": (c.StartSession(), {"A": "A", "F": "F"}),
    "resume": (c.ResumeTraining(volume_percent=50), {"P": "A"}),
    "back": (c.ReferBack(rule="EXA-03", reason="by hand"), dict.fromkeys("SMAPF", "R")),
    "maintain": (c.MoveToMaintenance(reason="kept"), {"A": "F"}),
    "discharge": (c.Discharge(reason="other"), dict.fromkeys(OPEN, "D")),
    "leave": (c.WithdrawConsent(), dict.fromkeys(OPEN, "D")), "readmit": (c.Readmit(reason="again"), {"D": "S"})}


def local_day(now: datetime) -> date:
    """The day in Oslo."""
    return now.astimezone(ZoneInfo("Europe/Oslo")).date()


class Model:
    """Where a client must stand after each step of a walk, and whether the step is refused."""

    def __init__(self) -> None:
        self.registered = False
        self.phase, self.cleared, self.screened, self.signed, self.released = "S", False, False, True, False
        self.unclear = self.unsettled = False
        self.paused: datetime | None = None
        self.usual: datetime | None = None
        self.began: list[datetime] = []
        self.sessions: list[date] = []

    def time_passes(self, now: datetime) -> None:
        """A pause of more than fourteen days goes back to the referral source."""
        if self.phase == "P" and self.paused is not None and now > self.paused + timedelta(days=14):
            self._enter("R", now)

    def refuses(self, step: str, now: datetime) -> bool:
        """Whether the step is refused now."""
        if not self.registered or self.phase not in WALK[step][1]:
            return True
        if step == "morning":
            return not any(day < local_day(now) for day in self.sessions)
        if step in ("session", "unsigned"):
            return not (self.cleared and self.screened)
        if step == "begin":
            unrested = self.unsettled and not self.rested(now)
            return unrested or self.unclear or not (self.cleared and self.screened and self.signed)
        if step == "resume":
            return not (self.cleared and self.released and self.rested(now))
        return False

    def rested(self, now: datetime) -> bool:
        """Whether pain has been usual for 48 hours."""
        return self.usual is not None and now >= self.usual + timedelta(hours=48)

    def take(self, step: str, now: datetime) -> None:
        """The step happens, and the third pause within ninety days leads on to the referral source."""
        begins = WALK[step][1][self.phase]
        if step == "screened" and begins == "M" and self.phase == "S" and self.cleared:
            begins = "A"
        if (step == "told to wait" and self.phase != "P") or (
                step in ("worse", "grade 2", "bad session") and self.phase in "SR"):
            self.cleared = False
        if "session" in step or step in ("unsigned", "emergency"):
            self.sessions.append(local_day(now))
        if step == "readmit":
            self.sessions = []
        self.cleared = {"cleared": True, "health": False, "readmit": False, "declined": False}.get(step, self.cleared)
        self.screened = {"screened": True, "health": False, "readmit": False}.get(step, self.screened)
        self.signed = {"session": True, "unsigned": False, "bad session": True, "emergency": True,
                       "readmit": True}.get(step, self.signed)
        self.unclear = {"half cleared": True, "cleared": False, "released": False, "declined": False,
                        "readmit": False}.get(step, self.unclear)
        if (self.phase == "P" or self.unsettled) and step in ("usual", "morning"):
            self.usual = self.usual or now
        if step == "begin":
            self.unsettled = False
        if (self.unsettled or self.phase == begins == "P") and step in ("worse", "grade 2", "bad session"):
            self.usual, self.released = None, False
        if step == "released":
            self.released = True
        self._enter(begins, now)

    def _enter(self, phase: str, now: datetime) -> None:
        if phase == "R" and self.phase != "R":
            self.cleared = False
        began = phase == "P" and self.phase != "P"
        if began:
            self.paused, self.usual, self.released = now, None, False
            self.began.append(now)
            if len([at for at in self.began if now - at <= timedelta(days=90)]) >= 3:
                phase, self.cleared = "R", False
        if phase in "RD" and (self.phase == "P" or began):
            self.unsettled = True
        elif phase == "P":
            self.unsettled = False
        self.phase = phase
