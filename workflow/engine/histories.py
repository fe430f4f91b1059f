"""Care histories as files: who did what when, in TOML, with what the engine is expected to answer."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from aggregates.kernel.errors import InvalidInput
from aggregates.kernel.messages import Value
from workflow.engine.expected import Expect
from workflow.engine.explaining import explain
from workflow.local_times import moment_of

FORMAT = "met-history/1"
NAMESPACE = UUID("b8e0f5f4-6c36-4f0e-8f3a-51e6f4d3c203")  # of command ids of a history's steps


class Person(Value, frozen=True, kw_only=True):
    """Somebody of the practice."""

    id: str
    name: str
    role: str


class Source(Value, frozen=True, kw_only=True):
    """A referral source of the practice."""

    name: str
    profession: str


class PracticeSetting(Value, frozen=True, kw_only=True):
    """The practice of a history. Its first person of role owner founds it."""

    id: str
    name: str
    timezone: str
    people: tuple[Person, ...]
    profile: str = "training"
    clearance_policy: str = "always"
    licence_id: str | None = None
    sources: tuple[Source, ...] = ()


class Step(Value, frozen=True, kw_only=True, rename={"fields": "with"}):
    """One command: when, by whom, for whom, and what is expected. `by` client or clock is nobody of the staff."""

    at: datetime
    by: str
    do: str
    client: str | None = None
    letter: str | None = None
    fields: dict[str, Any] = {}
    occurred_at: datetime | None = None
    via: str = "cli"
    id: str | None = None
    behind: int | None = None
    amends: str | None = None
    resolves: str | None = None
    expect: Expect = Expect()


class History(Value, frozen=True, kw_only=True, rename={"steps": "step", "templates": "template"}):
    """A whole history. A client in `starts_like` first goes through the steps of that template."""

    format: str
    title: str
    practice: PracticeSetting
    steps: tuple[Step, ...]
    notes: str = ""
    templates: dict[str, tuple[Step, ...]] = {}
    starts_like: dict[str, str] = {}

    @property
    def zone(self) -> ZoneInfo:
        """The practice's time zone."""
        return ZoneInfo(self.practice.timezone)

    def utc(self, written: datetime, field: str) -> datetime:
        """A time of the file: local to the practice unless it says otherwise."""
        return moment_of(written, self.zone, field)

    def plan(self) -> Iterator[tuple[str, Step]]:
        """Every step in order with its own name; a client's template goes before its first step."""
        begun: set[str] = set()
        for number, step in enumerate(self.steps, 1):
            template = self.starts_like.get(step.client or "")
            if template is not None and step.client not in begun:
                begun.add(step.client or "")
                for part, each in enumerate(self.templates[template], 1):
                    yield f"{step.client}/{template}/{part}", msgspec.structs.replace(each, client=step.client)
            yield step.id or f"step/{number}", step

    def every_step(self) -> Iterator[tuple[str, Step]]:
        """Every step of the file as it stands there, with the words that say which one it is."""
        for name, steps in self.templates.items():
            yield from ((f"template {name}, step {number}", step) for number, step in enumerate(steps, 1))
        yield from ((f"step {number}", step) for number, step in enumerate(self.steps, 1))

    def command_id(self, name: str, client: str | None) -> UUID:
        """The same id each time this step is played, so that playing a history twice changes nothing."""
        return uuid5(NAMESPACE, f"{self.practice.id}/{client or ''}/{name}")


def read_history(text: str) -> History:
    """Read a history file; `InvalidInput` says what it is not."""
    try:
        content: Mapping[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = str(error).rpartition("(")[2].rstrip(")")
        raise InvalidInput(f"history: is not a TOML file ({place})") from None
    except (ValueError, RecursionError):
        raise InvalidInput("history: holds a number that is too long, or lists that are nested too deeply") from None
    if content.get("format") != FORMAT:
        raise InvalidInput(f'history: is not a history file; its first line must be format = "{FORMAT}"')
    try:
        history = msgspec.convert(content, History)
    except msgspec.ValidationError as error:
        raise InvalidInput(f"history: {explain(error, History)}") from None
    try:
        history.zone  # noqa: B018
    except (ZoneInfoNotFoundError, ValueError):
        raise InvalidInput("history: practice.timezone must be a time zone of the IANA database") from None
    unknown = set(history.starts_like.values()) - set(history.templates)
    if unknown:
        raise InvalidInput(f"history: starts_like names no template of this file: {min(unknown)}")
    if not history.steps:
        raise InvalidInput("history: has no step")
    return history
