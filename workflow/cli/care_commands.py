"""Commands about care: run, do, commands, questions, clients, show, letter, replay, access, export, erase."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workflow.cli import completing
from workflow.cli.options import Actor, AsJson, Client, Home, Practice, Purpose, Quiet

File = Annotated[str, typer.Argument(help="A history file (TOML), or - for standard input.")]


def run(file: File, home: Home = None, quiet: Quiet = False) -> None:
    """Play a care history and compare each answer with what it expects.

    Without a log in the data directory a rehearsal is made, whose times are the history's own. On a real log the
    steps become late entries.
    """
    from workflow.cli.running import run_histories
    run_histories([file], home, quiet)


def do(client: Annotated[str, typer.Argument(help="The client's id, practice, or letter:ID.",
                                              autocompletion=completing.clients_or_practice)],
       command: Annotated[str, typer.Argument(help="The command; met commands lists them.",
                                              autocompletion=completing.command_names)],
       json: Annotated[str, typer.Option(
           "--json", help="The command's fields as JSON, or @FILE, or - for stdin.")] = "{}",
       home: Home = None, practice: Practice = None, actor: Actor = None, purpose: Purpose = "care",
       command_id: Annotated[str | None, typer.Option(help="Send the same id again after a doubt.")] = None,
       occurred_at: Annotated[str | None, typer.Option(help="When it was so (ISO 8601), if not now.")] = None,
       expected_version: Annotated[int | None, typer.Option(help="Refuse if the record moved on.")] = None,
       on_behalf_of: Annotated[str | None, typer.Option(help="Who asked you to.")] = None,
       by_client: Annotated[bool, typer.Option(
           "--by-client", help="The client says so; you enter it on their behalf.")] = False,
       as_json: Annotated[bool, typer.Option("--print-json", help="Print the answer as JSON.")] = False) -> None:
    """Run one command for a client. Exit code 1 if a rule refuses it."""
    from workflow.cli.doing import do_command
    do_command(client, command, json, home, practice, actor, purpose, command_id, occurred_at, expected_version,
               on_behalf_of, by_client, as_json)


def commands(name: Annotated[str | None, typer.Argument(
        help="One command.", autocompletion=completing.command_names)] = None, json: AsJson = False) -> None:
    """List every command, or one command with its fields, an example that works, and who may ask for it."""
    from workflow.cli.listing import list_commands
    list_commands(name, json)


def clients(home: Home = None, practice: Practice = None, json: AsJson = False) -> None:
    """Who stands where, since when it was so. No name is shown and nothing sealed is opened.

    The data directory with its key store has to be there; the reading is not recorded.
    """
    from workflow.cli.reading import list_clients
    list_clients(home, practice, json)


def show(client: Client, home: Home = None, practice: Practice = None, actor: Actor = None, purpose: Purpose = "care",
         json: AsJson = False) -> None:
    """Where a client stands: what is missing, what may be done now, what is refused and why. Reading is recorded."""
    from workflow.cli.standing import show_client
    show_client(client, home, practice, actor, purpose, json)


def letter(letter: Annotated[str, typer.Argument(help="The letter's id; met show lists a client's letters.",
                                              autocompletion=completing.letters)],
           home: Home = None, practice: Practice = None, actor: Actor = None, purpose: Purpose = "care",
           json: AsJson = False) -> None:
    """One letter: its kind, to whom, where it stands, its text. Reading is recorded."""
    from workflow.cli.letters import show_letter
    show_letter(letter, home, practice, actor, purpose, json)


def questions(home: Home = None, practice: Practice = None, json: AsJson = False) -> None:
    """The screening questions: wording, which answer counts against, what it decides.

    With --practice those of the protocol that the practice adopted, else those that ship with the engine.
    """
    from workflow.cli.asking import list_questions
    list_questions(home, practice, json)


def replay(client: Annotated[str, typer.Argument(help="The client's id, or practice for the practice's own decisions.",
                                                 autocompletion=completing.clients_or_practice)],
           home: Home = None, practice: Practice = None, actor: Actor = None,
           purpose: Purpose = "review", json: AsJson = False,
           at: Annotated[int | None, typer.Option(help="Only up to this version.")] = None,
           as_known: Annotated[str | None, typer.Option(help="Only what had been recorded by this time.")] = None,
           as_happened: Annotated[str | None, typer.Option(
               help="Only what had happened by this time, late entries and corrections included.")] = None) -> None:
    """Step through a client's history: what, what changed, who, in which role, why, under which rule.

    met replay practice steps through the practice's own decisions: people, roles, referral sources, the protocol, who
    registered or held whom, erasures with basis and reason, certificates. It holds no health information, so reading
    it is not recorded.
    """
    from workflow.cli.reading import replay_client
    replay_client(client, home, practice, actor, purpose, json, at, as_known, as_happened)


def access(client: Client, home: Home = None, practice: Practice = None, actor: Actor = None,
           purpose: Purpose = "audit", json: AsJson = False,
           since: Annotated[str | None, typer.Option(help="Only from this time on.")] = None) -> None:
    """Who looked at a client's record: when, in which role, for what purpose, with which command. Newest last.

    It outlives the client's erasure and holds no health information. Asking is recorded too.
    """
    from workflow.cli.accessing import show_access
    show_access(client, home, practice, actor, purpose, since, json)


def export(client: Client, home: Home = None, practice: Practice = None, actor: Actor = None,
           purpose: Purpose = "export",
           to: Annotated[Path | None, typer.Option(help="Write here instead of standard output.")] = None,
           overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file if it is there.")] = False
           ) -> None:
    """A client's whole record with its proofs as JSON. Exporting is recorded."""
    from workflow.cli.reading import export_client
    export_client(client, home, practice, actor, purpose, to, overwrite)


def erase(client: Client,
          reason: Annotated[str, typer.Option(help="Why, in a sentence.")],
          basis: Annotated[str, typer.Option(
              help="consent withdrawn, retention over, court order, or entered in error.")],
          home: Home = None, practice: Practice = None, actor: Actor = None,
          yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Destroy a client's key for ever. The log still verifies; what is left is the skeleton."""
    from workflow.cli.erasing import erase_client
    erase_client(client, reason, basis, home, practice, actor, yes)


COMMANDS = (run, do, commands, questions, clients, show, letter, replay, access, export, erase)
