"""A paper that came is on record, also where what was asked with it is refused: it may allow less."""

from __future__ import annotations

from aggregates.client_care.commands import RecordAnswer, RecordClearance
from aggregates.client_care.contents import ClearanceForm
from aggregates.client_care.context import CareContext
from aggregates.client_care.rules.clearance import GRANTING, missing_parts
from aggregates.kernel.messages import Command
from aggregates.kernel.rules import BrokenRule

AHEAD = "a date that is not ahead"
ISSUER, AGREES = "an issuer of an accepted profession", "an answer that agrees with it"
LEAVES_OPEN = frozenset({"CLR-01", "CLR-02", "CLR-10", "CLR-13"})
"""What a paper is refused for without its being too old to count."""


def paper_to_clear_up(command: Command, broken: tuple[BrokenRule, ...], context: CareContext
                      ) -> tuple[ClearanceForm, tuple[str, ...]] | None:
    """The refused paper that may allow less, with what it leaves open; None where none came, or it asks for nothing."""
    form = _brought_by(command)
    if form is None or not {each.rule for each in broken} <= LEAVES_OPEN:
        return None
    says_no, lacks = form.decision == "declined", missing_parts(form)
    accepted = form.profession.strip().casefold() in context.house.accepted_issuers
    allows_less = says_no or (accepted and (lacks or form.conditions or form.decision != "full"))
    if not allows_less:
        return None
    ahead = form.dated is not None and form.dated > context.today
    open_parts = ((AHEAD, ahead), (ISSUER, not accepted), (AGREES, says_no and isinstance(command, RecordAnswer)))
    return form, (*lacks, *(part for part, is_open in open_parts if is_open))


def _brought_by(command: Command) -> ClearanceForm | None:
    if isinstance(command, RecordClearance):
        return ClearanceForm(**{name: getattr(command, name) for name in ClearanceForm.__struct_fields__})
    return command.clearance if isinstance(command, RecordAnswer) and command.answer in GRANTING else None
