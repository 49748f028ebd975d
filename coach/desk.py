"""The commands around a session: what is there, whether it works, and what was said in earlier sessions."""

import csv
import json
import sys
from typing import Any

import click

from coach.errors import BadInput, Missing
from coach.journal import Entry, Journal
from coach.phrases import OVER_TEN

_WHO = click.option("--who", help="Only this person's sessions.")


@click.command()
@_WHO
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line and session.")
def history(who: str | None, as_json: bool) -> None:
    """List the sessions in the journal with their pain numbers, the oldest first."""
    entries = Journal().sessions(who)
    if as_json:
        for entry in entries:
            click.echo(json.dumps(_summary(entry)))
        return
    if not entries:
        click.echo("No sessions yet. Start one: coach --side left")
    for entry in entries:
        numbers = " ".join(map(_pain, entry.pain)) or "none given"
        length = f"{entry.length / 60:.0f} min"
        click.echo(f"{entry.id:>4}  {_when(entry)}  {entry.who}  {entry.sides:<5}  {length:>6}  {entry.reason:<11}  pain: {numbers}")


@click.command()
@click.argument("session", type=int, required=False)
@_WHO
def report(session: int | None, who: str | None) -> None:
    """Tell one session line by line: the number that `coach history` shows, or the last one."""
    from coach.terminal import Terminal

    entry = _find(session, who)
    click.echo(f"Session {entry.id}, {_when(entry)}, {entry.who}, {entry.sides}: {entry.routine}")
    show = Terminal(sys.stdout)
    for record in entry.records:
        show(record)
    if entry.reason == "interrupted":
        click.echo("It was broken off here.")


@click.command()
@_WHO
@click.option("--format", "kind", type=click.Choice(["csv", "json"]), default="csv", show_default=True, help="CSV: a line a pain number. JSON: a line a session, with its timeline.")
def export(who: str | None, kind: str) -> None:
    """Write the journal to standard output, for a spreadsheet or a clinician."""
    entries = Journal().sessions(who)
    if kind == "json":
        for entry in entries:
            click.echo(json.dumps(_summary(entry) | {"timeline": entry.records}))
        return
    writer = csv.writer(sys.stdout)
    writer.writerow(["session", "started", "who", "side", "ended", "seconds", "pain"])
    for entry in entries:
        for record in entry.records:
            if record.get("intent") == "pain":
                writer.writerow([entry.id, entry.started, entry.who, entry.sides, entry.reason, record["t"], _pain(record["value"])])


@click.command("devices")
def list_devices() -> None:
    """List microphones and speakers, for --input and --output."""
    from coach.devices import devices

    found = devices()
    if not found:
        raise Missing("No sound devices. Plug in a speaker and a microphone, or try: coach rehearse --side left")
    for device in found:
        kinds = ", ".join(f"{kind}{' (usual)' if kind in device.usual else ''}" for kind in device.kinds)
        click.echo(f"{device.index:>3}  {device.name}  {kinds}")


@click.command("voices")
@click.option("--all", "every", is_flag=True, help="Other languages too.")
def list_voices(every: bool) -> None:
    """List the voices of this system, for --voice."""
    from coach.voice import voices

    for voice in voices():
        if every or any(language.startswith("en") for language in voice.languages):
            click.echo(f"{voice.id:<24} {voice.name}  ({', '.join(voice.languages)})")


def _find(session: int | None, who: str | None) -> Entry:
    entries = Journal().sessions(who)
    chosen = entries[-1:] if session is None else [entry for entry in entries if entry.id == session]
    if not chosen:
        raise BadInput("There is no such session in the journal. See: coach history")
    return chosen[0]


def _summary(entry: Entry) -> dict[str, Any]:
    return {
        "session": entry.id,
        "started": entry.started,
        "who": entry.who,
        "side": entry.sides,
        "routine": entry.routine,
        "seconds": entry.length,
        "reason": entry.reason,
        "pain": entry.pain,
    }


def _when(entry: Entry) -> str:
    return entry.started[:16].replace("T", " ")


def _pain(number: int) -> str:
    return "over 10" if number == OVER_TEN else str(number)


COMMANDS = (history, report, export, list_devices, list_voices)
