"""Commands about the log: init, demo, verify, keys, backup, restore, diagram, doctor, version."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workflow.cli.options import Actor, AsJson, Home, Quiet


def init(practice: Annotated[str, typer.Option(help="The practice's short id.")],
         name: Annotated[str, typer.Option(help="The practice's name.")],
         timezone: Annotated[str, typer.Option(help="Its time zone, such as America/Chicago.")],
         owner: Annotated[str, typer.Option(help="The owner's id, small letters.")],
         owner_name: Annotated[str, typer.Option(help="The owner's name.")],
         profile: Annotated[str, typer.Option(help="training, or therapy with a licence.")] = "training",
         licence_id: Annotated[str | None, typer.Option(help="For the profile therapy.")] = None,
         clearance_policy: Annotated[str, typer.Option(help="always or meti365.")] = "always",
         rehearsal: Annotated[bool, typer.Option("--rehearsal", help="Times are made up; for trying out.")] = False,
         home: Home = None) -> None:
    """Make a log with its keys and found a practice; in an existing log, found one more practice."""
    from workflow.cli.founding import init_practice
    init_practice(home, practice, name, timezone, owner, owner_name, profile, licence_id, clearance_policy, rehearsal)


def demo(home: Annotated[Path, typer.Option("--home", help="A directory that is made anew each time.")] = Path(
        "demo-data"), quiet: Quiet = False) -> None:
    """Play the seven care histories into a fresh log, replay one client, verify the whole log."""
    from workflow.cli.demo import run_demo
    run_demo(home, quiet)


def verify(client: Annotated[str | None, typer.Argument(help="Only this client's facts, within the whole log.")] = None,
           checkpoint: Annotated[Path | None, typer.Option(help="A checkpoint that was kept elsewhere.")] = None,
           home: Home = None, json: AsJson = False, quiet: Quiet = False) -> None:
    """Verify every fact, the hash tree and the signed checkpoints. Exit code 6 if anything does not hold."""
    from workflow.cli.verifying import verify_log
    verify_log(home, client, checkpoint, json, quiet)


def keys(action: Annotated[str, typer.Argument(help="list, check, rotate, or backup.")] = "list",
         to: Annotated[Path | None, typer.Option(help="For backup: a new directory.")] = None,
         home: Home = None, json: AsJson = False) -> None:
    """List keys, check that all open, wrap them under a new master key, or back them up apart from the log."""
    from workflow.cli.housekeeping import manage_keys
    manage_keys(home, action, to, json)


def backup(to: Annotated[Path, typer.Argument(help="A new directory for the backup of the log (never of keys).")],
           home: Home = None) -> None:
    """Copy the log with its newest checkpoint. Keys have a backup of their own: met keys backup."""
    from workflow.cli.backups import backup_log
    backup_log(home, to)


def restore(source: Annotated[Path, typer.Argument(help="A backup directory.")],
            check: Annotated[bool, typer.Option("--check", help="Only verify the backup; change nothing.")] = False,
            keys_from: Annotated[Path | None, typer.Option(help="A backup of the keys.")] = None,
            accept_loss: Annotated[bool, typer.Option(
                "--accept-loss", help="The backup is older than the last checkpoint, or nothing tells: go on without "
                "the rest.")] = False,
            actor: Actor = None,
            reason: Annotated[str | None, typer.Option(
                help="Why the loss is accepted; recorded with who you are.")] = None,
            home: Home = None) -> None:
    """Put a backup into an empty data directory; whoever was erased is erased again before it serves."""
    from workflow.cli.backups import restore_log
    restore_log(home, source, keys_from, check, accept_loss, actor, reason)


def diagram() -> None:
    """The pathway as a Mermaid state diagram, generated from its table."""
    from aggregates.client_care.pathway import PATHWAY
    print(PATHWAY.diagram())


def doctor(home: Home = None, json: AsJson = False,
           mend: Annotated[bool, typer.Option(
               "--mend", help="First take from others what they may read, and clear away what killed restores left.")
           ] = False) -> None:
    """Check the data directory, the databases, keys, checkpoints and clock. Exit code 1 if something is wrong."""
    from workflow.cli.doctor import examine
    examine(home, json, mend)




def version() -> None:
    """This version."""
    from importlib.metadata import version as installed
    print(installed("met-workflow"))


COMMANDS = (init, demo, verify, keys, backup, restore, diagram, doctor, version)
