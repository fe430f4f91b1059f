"""The event sourcing library's own test cases for persistence modules, on the log, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import TestCase
from uuid import UUID, uuid4

import pytest
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import (
    InfrastructureFactory,
    InfrastructureFactoryError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
    StoredEvent,
)
from eventsourcing.tests.persistence import (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)

from tests.log.support import PRACTICE
from workflow.log import LogFactory
from workflow.log.recorder import LogAggregateRecorder, LogApplicationRecorder


def settings_for(url: str, directory: Path) -> dict[str, str]:
    return {"PERSISTENCE_MODULE": "workflow.log", "LOG_URL": url, "LOG_DIRECTORY": str(directory), "PRACTICE": PRACTICE}


class OnTheLog(TestCase):
    """Gives each of the library's test cases a factory on an empty log."""

    factory: LogFactory

    def create_recorder(self) -> LogApplicationRecorder:
        recorder = self.factory.application_recorder()
        assert isinstance(recorder, LogApplicationRecorder)
        return recorder


class OnSqlite(OnTheLog):
    @pytest.fixture(autouse=True)
    def open(self, tmp_path: Path) -> Iterator[None]:
        self.factory = LogFactory(settings_for(f"sqlite:///{tmp_path / 'log.db'}", tmp_path))
        yield
        self.factory.close()


class OnPostgres(OnTheLog):
    @pytest.fixture(autouse=True)
    def open(self, postgres_url: str, tmp_path: Path) -> Iterator[None]:
        self.factory = LogFactory(settings_for(postgres_url, tmp_path))
        yield
        self.factory.close()


class AggregateEvents(AggregateRecorderTestCase):
    def create_recorder(self) -> LogAggregateRecorder:  # type: ignore[override]
        recorder = self.factory.aggregate_recorder()  # type: ignore[attr-defined]
        assert isinstance(recorder, LogAggregateRecorder)
        return recorder


class ApplicationEvents(ApplicationRecorderTestCase):
    def test_a_subscription_tells_old_and_new_events_and_stops_when_told(self) -> None:
        self.optional_test_insert_subscribe()


class TestAggregateEventsOnSqlite(AggregateEvents, OnSqlite):
    pass


class TestAggregateEventsOnPostgres(AggregateEvents, OnPostgres):
    pass


class TestApplicationEventsOnSqlite(OnSqlite, ApplicationEvents):
    pass


class TestApplicationEventsOnPostgres(OnPostgres, ApplicationEvents):
    pass


class TestNonInterleavingOnSqlite(OnSqlite, NonInterleavingNotificationIDsBaseCase):
    pass


class TestNonInterleavingOnPostgres(OnPostgres, NonInterleavingNotificationIDsBaseCase):
    pass


del AggregateEvents, ApplicationEvents  # the library's cases are abstract: only those on a database are collected
del AggregateRecorderTestCase, ApplicationRecorderTestCase, NonInterleavingNotificationIDsBaseCase


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    return settings_for(database_url, tmp_path)


@pytest.fixture
def factory(environment: dict[str, str]) -> Iterator[LogFactory]:
    made = InfrastructureFactory.construct(environment)
    assert isinstance(made, LogFactory)
    yield made
    made.close()


def test_the_library_finds_the_log_by_its_name_and_hears_where_tracking_and_snapshots_are(factory: LogFactory) -> None:
    asked: list[Callable[[], object]] = [factory.tracking_recorder, factory.process_recorder,
                                         lambda: factory.aggregate_recorder("snapshots")]
    for ask in asked:
        with pytest.raises(NotSupportedError):
            ask()


@pytest.mark.parametrize("missing", ["LOG_URL", "LOG_DIRECTORY", "PRACTICE"])
def test_a_missing_setting_is_named(missing: str, tmp_path: Path) -> None:
    given = settings_for(f"sqlite:///{tmp_path / 'log.db'}", tmp_path) | {missing: ""}
    factory = LogFactory(given)
    with pytest.raises(InfrastructureFactoryError, match=missing):
        factory.application_recorder()
    factory.close()


def stored(originator: UUID | str, version: int, state: bytes = b"state") -> StoredEvent:
    return StoredEvent(originator, version, "topic", state)


def test_events_of_several_aggregates_are_stored_together_or_not_at_all(factory: LogFactory) -> None:
    recorder, one, two = factory.application_recorder(), uuid4(), uuid4()
    assert recorder.insert_events([stored(one, 1), stored(two, 1), stored(one, 2)]) == [1, 2, 3]
    with pytest.raises(IntegrityError):
        recorder.insert_events([stored(one, 3), stored(two, 1)])
    assert recorder.insert_events([stored(two, 2), stored("text-id", 1), stored(one, 3)]) == [4, 5, 6]
    assert [e.originator_version for e in recorder.select_events(one)] == [1, 2, 3]
    assert [n.originator_id for n in recorder.select_notifications(None, 10)] == [one, two, one, two, "text-id", one]
    assert factory.log().verify().holds


def test_the_same_command_id_gets_the_first_positions_again_and_other_events_under_it_are_refused(
        factory: LogFactory) -> None:
    recorder, one, command = factory.application_recorder(), uuid4(), uuid4()
    first = recorder.insert_events([stored(one, 1), stored(one, 2)], command_id=command)
    assert recorder.insert_events([stored(one, 1), stored(one, 2)], command_id=command) == first == [1, 2]
    with pytest.raises(IntegrityError, match="command_id"):
        recorder.insert_events([stored(one, 1), stored(one, 2, b"another")], command_id=command)
    assert recorder.max_notification_id() == 2


def test_events_with_a_tracking_position_are_refused_not_stored_without_it(factory: LogFactory) -> None:
    recorder = factory.application_recorder()
    with pytest.raises(NotSupportedError):
        recorder.insert_events([stored(uuid4(), 1)], tracking=object())
    assert recorder.max_notification_id() is None


def test_one_practice_reads_nothing_of_another(factory: LogFactory) -> None:
    ours, theirs = factory.application_recorder(), LogApplicationRecorder(factory.log(), "hillside")
    one = uuid4()
    ours.insert_events([stored(one, 1, b"ours")])
    theirs.insert_events([stored(one, 1, b"theirs")])
    assert [e.state for e in ours.select_events(one)] == [b"ours"]
    assert [n.state for n in theirs.select_notifications(None, 10)] == [b"theirs"]
    assert (ours.max_notification_id(), theirs.max_notification_id()) == (1, 2)
    with theirs.subscribe() as subscription:
        assert next(subscription).state == b"theirs"


def test_a_subscription_is_entered_once(factory: LogFactory) -> None:
    subscription = factory.application_recorder().subscribe()
    with subscription, pytest.raises(ProgrammingError):
        subscription.__enter__()


class Dog(Aggregate):
    """A stock aggregate of the library's own tutorial."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.tricks: list[str] = []

    @event("TrickAdded")
    def add_trick(self, trick: str) -> None:
        self.tricks.append(trick)


def test_a_stock_application_saves_and_loads_its_aggregates_also_after_a_restart(environment: dict[str, str]) -> None:
    with Application[UUID](environment) as application:
        fido, rex = Dog("Fido"), Dog("Rex")
        fido.add_trick("roll over")
        application.save(fido, rex)
    application.close()
    application = Application[UUID](environment)
    loaded: Dog = application.repository.get(fido.id)
    loaded.add_trick("play dead")
    application.save(loaded)
    again: Dog = application.repository.get(fido.id)
    assert (again.name, again.tricks, again.version) == ("Fido", ["roll over", "play dead"], 3)
    assert [n.id for n in application.notification_log.select(1, 10)] == [1, 2, 3, 4]
    factory = application.factory
    assert isinstance(factory, LogFactory)
    assert factory.log().verify().holds
    application.close()
