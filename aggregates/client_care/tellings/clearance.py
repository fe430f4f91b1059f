"""Medical clearance: asked for, received, granted or declined."""

from __future__ import annotations

from collections.abc import Iterator

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.contents import ClearanceForm
from aggregates.client_care.deadlines import met_by
from aggregates.client_care.rules.clearance import last_valid_day, missing_parts
from aggregates.client_care.tellings.base import Automatic, Case, Telling, cancelled, content_of, deadlines, tells
from aggregates.client_care.tellings.outcome import refer_back


@tells(c.RequestClearance)
def request(case: Case) -> Iterator[Telling]:
    """The request, and when to chase it."""
    yield lambda s: f.ClearanceRequested(**s, issuer=case.command.issuer)
    yield from deadlines(case, "clearance_requested")


@tells(c.RecordClearance)
def record(case: Case) -> Iterator[Telling]:
    """The form as it came; a clearance only if it is complete and says yes."""
    form = content_of(ClearanceForm, case.command)
    if form.decision == "declined":
        yield lambda s: f.ClearanceReceived(**s, form=form)
        yield lambda s: f.ClearanceDeclined(**s, issuer=form.issuer)
        yield from cancelled(met_by(case.care, case.context.occurred_at, "DL-09"), "the form arrived")
        yield from refer_back(case, "CLR-09", "clearance declined")
        return
    missing = missing_parts(form)
    yield lambda s: f.ClearanceReceived(**s, form=form, missing=missing)
    if not missing:
        yield grant(case, form)
        yield from cancelled(met_by(case.care, case.context.occurred_at, "DL-09"), "the form arrived")


def grant(case: Case, form: ClearanceForm) -> Telling:
    """The clearance, valid from its date to its last day."""
    until, rule = last_valid_day(case.care, form, case.context)
    assert form.dated is not None
    dated, came = form.dated, case.context.occurred_at
    return Automatic(lambda s: f.ClearanceGranted(
        **s, issuer=form.issuer, profession=form.profession, valid_from=dated, valid_until=until,
        limits=form.conditions or (), rule=rule, received_at=came))
