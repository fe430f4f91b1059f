"""Processes that work at an office as coaches do, keep a diary of it, and may be killed at any moment."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any
from uuid import UUID

from aggregates.client_care.care import ClientCare
from aggregates.kernel.errors import MetError, NotVerified, StoreUnavailable
from tests.crash.errands import PRACTICE, Errand, ordinary
from tests.crash.history import Diary, in_doubt, read_diary
from workflow.bootstrap import Office, open_office
from workflow.engine.parsing import parse_command
from workflow.engine.requests import Answer, Request, Who
from workflow.settings import settings

START_SECONDS = 60


class Driver:
    """Sends errands through an office's door and writes down what it asked and heard."""

    def __init__(self, office: Office, diary: Diary) -> None:
        self._door, self._diary = office.door(PRACTICE), diary

    def send(self, errand: Errand) -> Answer | None:
        """Ask once; the diary knows about it before the door does."""
        self._diary.note("invoke", **errand._asdict())
        try:
            answer = self._door.handle(request_of(errand))
        except (StoreUnavailable, NotVerified) as error:
            self._diary.note("info", command_id=errand.command_id, text=str(error))
        except MetError as error:
            self._diary.note("error", command_id=errand.command_id, text=f"{type(error).__name__}: {error}")
        except Exception as error:
            self._diary.note("bug", command_id=errand.command_id, text=f"{type(error).__name__}: {error}")
            raise
        else:
            self._diary.note("refused" if answer.refused else "ok", command_id=errand.command_id, stream=answer.stream,
                             version=answer.version, position=answer.position, facts=len(answer.facts),
                             repeated=answer.repeated)
            return answer
        return None

    def care(self, client: str) -> ClientCare:
        return self._door.care(client)

    def send_all(self, errands: Iterable[Errand]) -> None:
        for errand in errands:
            self.send(errand)


def request_of(errand: Errand) -> Request:
    """The errand as the door wants it."""
    return Request(PRACTICE, errand.stream, parse_command(errand.command, errand.fields), Who("person", errand.by),
                   UUID(errand.command_id))


def together(*jobs: Callable[[], Any]) -> None:
    """Run all jobs at once, each on its own thread; the first exception of any is raised here."""
    failures: list[BaseException] = []

    def guarded(job: Callable[[], Any]) -> None:
        try:
            job()
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [Thread(target=guarded, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def work_until_killed(order: dict[str, Any], began: int) -> None:
    """Open the office afresh, first ask again what is in doubt, then write for ever on several threads."""
    paths = [Path(path) for path in order["diaries"]]
    left = in_doubt(read_diary(*paths))
    office = open_office(settings(Path(order["home"]), order["environment"]))
    driver = Driver(office, Diary(paths[-1], f"pid {os.getpid()}"))

    def write(lane: int) -> None:
        chance = Random(f"{order['seed']}/{lane}")
        driver.send_all(map(Errand.again, left[lane::len(order["lanes"])]))
        while True:
            driver.send(ordinary(chance.choice(order["lanes"][lane]), chance))

    os.write(began, b"!")
    together(*[lambda lane=lane: write(lane) for lane in range(len(order["lanes"]))])


def kill_one(order: dict[str, Any]) -> dict[str, Any]:
    """One cycle: a child opens and writes, and dies without a word after so many milliseconds."""
    hear, began = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            work_until_killed(order, began)
        except BaseException:  # noqa: BLE001
            traceback.print_exc()
        finally:
            os._exit(1)
    os.close(began)
    started = bool(select.select([hear], [], [], START_SECONDS)[0]) and os.read(hear, 1) == b"!"
    os.close(hear)
    time.sleep(order["after_ms"] / 1000)
    os.kill(child, signal.SIGKILL)
    return {"started": started, "ended_by": os.WTERMSIG(os.waitpid(child, 0)[1])}


def serve() -> None:
    """Everything is imported once; each order on standard input is one forked life."""
    for line in sys.stdin:
        print(json.dumps(kill_one(json.loads(line))), flush=True)


if __name__ == "__main__":
    serve()
