"""Active training: measures, the programme, sessions and mornings."""

from __future__ import annotations

from collections.abc import Iterator

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.contents import AdverseResponse, FollowUp, Morning, Readings, Session
from aggregates.client_care.deadlines import met_by, next_follow_up
from aggregates.client_care.phases import Phase
from aggregates.client_care.programme import changed_exercises, raised_percent, raises_in
from aggregates.client_care.tellings.base import Automatic, Case, Telling, content_of, deadlines, met, tells
from aggregates.client_care.tellings.outcome import follow, open_exacerbation, receipt
from aggregates.protocol.outcomes import check_score, label


@tells(c.RecordMeasures)
def measures(case: Case) -> Iterator[Telling]:
    """Scores, compared with the baseline where there is one."""
    asked, before = case.command, case.care.baseline
    pack, at = case.context.pack, case.context.occurred_at
    for name, score in asked.scores.items():
        check_score(pack.measure(name), score)
    labels: dict[str, str] = {
        name: label(pack.measure(name), before[name], score)
        for name, score in asked.scores.items()
        if name in before and at >= case.care.baseline_at[name] and pack.measure(name).changed is not None}
    yield lambda s: f.MeasuresRecorded(**s, scores=asked.scores, labels=labels, usual_pain=asked.usual_pain)
    if asked.scores:
        yield from met(met_by(case.care, case.context.occurred_at, "OUT-02"))
        yield from deadlines(case, "retest_recorded" if before else "baseline_recorded")


@tells(c.DesignProgram)
def design(case: Case) -> Iterator[Telling]:
    """The programme, and which exercises that were planned before it raises."""
    asked = case.command
    raised = tuple(dict.fromkeys(each.exercise for each in raises_in(case.care.planned_before, asked.exercises)))
    yield lambda s: f.ProgramDesigned(**s, template=asked.template, exercises=asked.exercises, rule=asked.template,
                                      raised=raised)


@tells(c.ChangeProgram)
def change(case: Case) -> Iterator[Telling]:
    """One step of the programme, with the exercise as it is now."""
    changes = case.command.changes
    raised = any(raised_percent(case.care.program[each.exercise], each) for each in changes)
    yield lambda s: f.ProgramChanged(
        **s, changes=changes, exercises=changed_exercises(case.care.program, changes),
        rule="PRG-01" if raised else "PRG-03")


@tells(c.StartSession)
def start(case: Case) -> Iterator[Telling]:
    """The readings, and whether the session may begin."""
    yield lambda s: f.SessionStarted(**s, readings=content_of(Readings, case.command))
    yield from follow(case, case.version)


@tells(c.RecordSession)
def session(case: Case) -> Iterator[Telling]:
    """The session, and what follows from it."""
    planned = tuple(case.care.program.values())
    yield lambda s: f.SessionRecorded(**s, session=content_of(Session, case.command), planned=planned)
    verdict = case.verdict
    began = case.care.paused_at
    if verdict is not None and case.dest is Phase.EXACERBATION_PAUSE and began and case.context.occurred_at < began:
        yield receipt(verdict, case.version)  # entered late: what came before the pause does not begin it anew
        return
    yield from follow(case, case.version)


@tells(c.RecordMorning)
def morning(case: Case) -> Iterator[Telling]:
    """The morning after a session, and what follows from it."""
    last = case.care.session_before(case.context.day_began)
    yield lambda s: f.MorningAnswered(
        **s, morning=content_of(Morning, case.command), of_version=last.version if last else None)
    yield from follow(case, case.version)


@tells(c.RecordFollowUp)
def follow_up(case: Case) -> Iterator[Telling]:
    """An answer on how it is; while training goes on it is decided on like a morning's answer."""
    yield lambda s: f.FollowUpAnswered(**s, follow_up=content_of(FollowUp, case.command))
    done = next_follow_up(case.care, case.context.occurred_at)
    yield from met(done)
    if case.phase is Phase.EXACERBATION_PAUSE and set(done) & {"DL-08/weekly", "DL-08/again"}:
        yield from deadlines(case, "followed_up_weekly")
    yield from follow(case, case.version)


@tells(c.ReportExacerbation)
def exacerbation(case: Case) -> Iterator[Telling]:
    """The decision, and the pause; where nobody trains, the clearance that is held does not answer it any more."""
    verdict = case.verdict
    assert verdict is not None
    if case.dest is not Phase.EXACERBATION_PAUSE:
        words = case.command.words or "the client reports a worsening"
        yield lambda s: f.StatementRecorded(**s, source="client_said", words=words, about="pain")
        yield from follow(case, case.version)
        return
    yield Automatic(lambda s: f.DecisionMade(**s, verdict=verdict, of_version=case.version + 1))
    yield from open_exacerbation(case, "EXA-01", "reported", case.command.words)


@tells(c.ReportAdverseResponse)
def adverse(case: Case) -> Iterator[Telling]:
    """The response, and what follows from its grade."""
    yield lambda s: f.AdverseResponseReported(**s, response=content_of(AdverseResponse, case.command))
    yield from follow(case, case.version)


@tells(c.ReportRedFlags)
def red_flags(case: Case) -> Iterator[Telling]:
    """The flags, and what follows from them."""
    yield lambda s: f.RedFlagsReported(**s, red_flags=case.command.red_flags)
    yield from follow(case, case.version)


@tells(c.ReportHealthChange)
def health_change(case: Case) -> Iterator[Telling]:
    """The change, and the end of the clearance."""
    yield lambda s: f.HealthChangeReported(**s, what=case.command.what)
    yield from follow(case, case.version)
