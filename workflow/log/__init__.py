"""The event log. For the event sourcing library it is a persistence module: `PERSISTENCE_MODULE=workflow.log`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactory,
    InfrastructureFactoryError,
    NotSupportedError,
    ProcessRecorder,
    TrackingRecorder,
)

if TYPE_CHECKING:
    from workflow.log.event_log import EventLog


class LogFactory(InfrastructureFactory[TrackingRecorder]):
    """Recorders on one event log: LOG_URL says which database, PRACTICE whose events.

    LOG_DIRECTORY holds the signing key and the checkpoints, outside the database. A log that is not there
    yet is made. What the log itself is made of is only imported once a recorder is asked for.
    """

    LOG_URL, LOG_DIRECTORY, PRACTICE = "LOG_URL", "LOG_DIRECTORY", "PRACTICE"
    _log: EventLog | None = None

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        """Records events of aggregates."""
        from workflow.log.recorder import LogAggregateRecorder
        if purpose != "events":
            raise NotSupportedError(f"{purpose}: the log keeps events only; the engine's snapshots are its own")
        return LogAggregateRecorder(self.log(), self._setting(self.PRACTICE))

    def application_recorder(self) -> ApplicationRecorder:
        """Records events of aggregates, and reads them in the order of their positions."""
        from workflow.log.recorder import LogApplicationRecorder
        return LogApplicationRecorder(self.log(), self._setting(self.PRACTICE))

    def tracking_recorder(self, tracking_recorder_class: type[TrackingRecorder] | None = None  # noqa: ARG002
                          ) -> TrackingRecorder:
        """Not of the log."""
        raise NotSupportedError("tracking: positions are tracked by the views, in the database of the views")

    def process_recorder(self) -> ProcessRecorder:
        """Not of the log."""
        raise NotSupportedError("processing: positions are tracked by the views, in the database of the views")

    def log(self) -> EventLog:
        """The event log that every recorder of this factory stands on."""
        if self._log is None:
            from workflow.log.recorder import open_or_create
            self._log = open_or_create(self._setting(self.LOG_URL), Path(self._setting(self.LOG_DIRECTORY)))
        return self._log

    def close(self) -> None:
        """Sign a last checkpoint and let go of the database."""
        if self._log is not None:
            self._log.close()
            self._log = None

    def _setting(self, name: str) -> str:
        given = self.env.get(name)
        if not given:
            raise InfrastructureFactoryError(f"{name}: must be set in the environment of the application")
        return given


__all__ = ["LogFactory"]
