"""Checking a history before it is played: every command of it can be read."""

from __future__ import annotations

from typing import Any

import msgspec

from aggregates.kernel.errors import InvalidInput
from workflow.bounded import refuse_longer
from workflow.engine.histories import History, Step
from workflow.engine.parsing import check_client, parse_command


def check_steps(history: History) -> None:
    """Read every time and command of a history before the first one is played; `InvalidInput` names step and field.

    A step that expects its own error may have it.
    """
    for which, step in history.every_step():
        told = f"history: {which} (at {step.at:%Y-%m-%dT%H:%M})"
        try:
            _check_frame(history, step)
        except InvalidInput as error:
            raise InvalidInput(f"{told}: {error}") from None
        try:
            _check_command(history, step)
        except InvalidInput as error:
            if step.expect.error is None or step.expect.error not in str(error):
                raise InvalidInput(f"{told}: {error}") from None


def _check_frame(history: History, step: Step) -> None:
    """What the player itself needs, whatever comes of the command."""
    refuse_longer(_encoded(step), "with")
    history.utc(step.at, "at")
    for name, seen in (("known_at", step.expect.known_at), ("happened_at", step.expect.happened_at)):
        if seen is not None:
            history.utc(seen[0], name)


def _check_command(history: History, step: Step) -> None:
    if step.client is not None:
        check_client(step.client)
    if step.occurred_at is not None:
        history.utc(step.occurred_at, "occurred_at")
    parse_command(step.do, complete(step, 1))


def _encoded(step: Step) -> str:
    """The fields as they would be typed: JSON."""
    return msgspec.json.encode(step.fields).decode()


def complete(step: Step, version: int) -> dict[str, Any]:
    """A step's fields, with *version* where it refers to another step."""
    refers = {"version": step.amends, "statement": step.resolves}
    return step.fields | {field: version for field, other in refers.items() if other is not None}
