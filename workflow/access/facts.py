"""Facts of the access streams: links only, no health information. This is the storage format: only ever add."""

from __future__ import annotations

from aggregates.kernel.messages import Fact


class AccessFact(Fact):
    """A fact about access to one client's record."""


class ClientRead(AccessFact):
    """Somebody read a client's record; who, in which role and for which purpose stand in the fact's clear part."""

    TOPIC = "access.client_read"
    what: str


class ClientExported(AccessFact):
    TOPIC = "access.client_exported"
    facts: int


ACCESS_FACTS: tuple[type[AccessFact], ...] = tuple(AccessFact.__subclasses__())
