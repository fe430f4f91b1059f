"""Walks through the real door: after every step phase and refusal are those of the hand-written model."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from aggregates.client_care.phases import Phase
from aggregates.kernel.messages import Command
from tests.care import examples as e
from tests.care.model import AT_ONCE_ONLY, KNOWN, NAMES, SAMPLES, UNREGISTERED, WAITS, WALK, Model
from tests.care.office import PRACTICE, Desk, a_desk
from tests.care.scenario import At, plain
from workflow.engine.requests import Who

HISTORIES = {"S": e.SCREENED[:1], "M": e.SCREENED, "A": e.TRAINING, "P": e.PAUSED, "R": e.REFERRED, "F": e.MAINTAINED,
             "D": e.DISCHARGED}


def test_every_step_that_does_not_exist_is_tried_at_the_door_and_refused(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        for phase, history in HISTORIES.items():
            client = f"client-{phase.lower()}"
            for step in history:
                assert not desk.ask(step.command if isinstance(step, At) else step, client=client).refused
            desk.ask(SAMPLES["LetTimePass"], client=client)
            for name, phases in KNOWN.items():
                if phase not in phases or phase in AT_ONCE_ONLY.get(name, ""):
                    answer = desk.ask(SAMPLES[name], client=client, at=desk.now + timedelta(seconds=1))
                    assert [each.name for each in answer.broken] == [WAITS[phase]], (phase, name)
            assert desk.office.door(PRACTICE).care(client).memory.phase is Phase(NAMES[phase])
            assert plain(desk.replayed(client).memory) == plain(desk.office.door(PRACTICE).care(client).memory)


class Walk(RuleBasedStateMachine):
    """One client; the door, the log and the model must agree after each step."""

    def __init__(self) -> None:
        super().__init__()
        self._things = ExitStack()
        self.model = Model()

    @initialize()
    def opened(self) -> None:
        """An office in which somebody who may not do it tried to register a client."""
        home = self._things.enter_context(TemporaryDirectory())
        self.desk: Desk = self._things.enter_context(a_desk(Path(home)))
        assert self.desk.ask(e.register(), who=Who("person", "rey")).refused

    @initialize(ready=st.booleans())
    def begins(self, ready: bool) -> None:
        """Half of the walks begin in training, so that they get further."""
        self.ready = ready

    @precondition(lambda self: not self.model.registered)
    @rule()
    def registers(self) -> None:
        """The client is registered, whatever was tried before."""
        assert not self.desk.ask(e.register()).refused
        self.model.registered = True

    @precondition(lambda self: getattr(self, "ready", False))
    @rule()
    def gets_into_training(self) -> None:
        """Registered, screened and cleared."""
        self.ready = False
        if not self.model.registered:
            self.registers()
        for step in ("screened", "cleared"):
            self._take(step)

    @rule(step=st.sampled_from(sorted(WALK)))
    def takes(self, step: str) -> None:
        """Any step, from wherever the client stands."""
        self._take(step)

    @rule(days=st.sampled_from([1, 2, 3, 6, 30]))
    def waits(self, days: int) -> None:
        """Nothing is asked for some days."""
        self.desk.now += timedelta(days=days)

    def _take(self, step: str) -> None:
        now = self.desk.now + timedelta(hours=1)
        self.model.time_passes(now)
        expected = self.model.refuses(step, now)
        before = self.model.phase
        answer = self.desk.ask(self._command(step))
        assert answer.refused is expected, (before, step, [each.name for each in answer.broken])
        assert ([each.name for each in answer.broken] == [UNREGISTERED]) is not self.model.registered
        if not expected:
            self.model.take(step, now)

    def _command(self, step: str) -> Command:
        command = WALK[step][0]
        if step not in ("cleared", "half cleared", "declined"):
            return command
        paper = f"Dr {self.desk.now:%j %H}"  # a paper that is on record already answers nothing that was told since
        return msgspec.structs.replace(command, issuer=paper, dated=self._today(), expires=date(2028, 1, 1))

    def _today(self) -> date:
        house = self.desk.office.door(PRACTICE).circumstances.practice().house(PRACTICE)
        return house.today(self.desk.now + timedelta(hours=1))

    @invariant()
    def the_door_the_log_and_the_model_agree(self) -> None:
        """Phase by phase, and what the log alone tells is what is remembered."""
        if not hasattr(self, "desk"):
            return
        memory = self.desk.office.door(PRACTICE).care("client-a").memory
        assert plain(self.desk.replayed().memory) == plain(memory)
        assert memory.phase.value == NAMES[self.model.phase]

    def teardown(self) -> None:
        """Close the office."""
        self._things.close()


Walk.TestCase.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
TestEveryWalk = Walk.TestCase
