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
        click.echo("\nIt was broken off here.")


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


@click.command()
@click.option("--input", "input_", metavar="NAME|NUMBER", help="Microphone: see coach devices.")
@click.option("--output", metavar="NAME|NUMBER", help="Speaker: see coach devices.")
@click.option("--voice", metavar="NAME", help="Voice: see coach voices.")
@click.option("--model", metavar="NAME|FOLDER", help="Recogniser: see coach models.")
@click.pass_context
def doctor(ctx: click.Context, input_: str | None, output: str | None, voice: str | None, model: str | None) -> None:
    """Try out speaker, microphone, voice, recogniser and echo canceller, and say how to mend what is wrong.

    Takes a few seconds and plays a short tone.
    """
    from coach.doctor import examine

    findings = examine(device(input_), device(output), voice, model)
    for finding in findings:
        click.echo(f"{'ok  ' if finding.well else 'BAD '} {finding.what + ':':<12} {finding.says}")
    ctx.exit(0 if all(finding.well for finding in findings) else 3)


@click.group("models", invoke_without_command=True)
@click.pass_context
def list_models(ctx: click.Context) -> None:
    """List the recognisers; install another one; choose which to use."""
    from coach import models

    if ctx.invoked_subcommand is None:
        for name, folder in models.installed().items():
            click.echo(f"{'*' if name == models.chosen() else ' '} {name:<16} {folder}")
        for name, download in models.DOWNLOADS.items():
            if name not in models.installed():
                click.echo(f"  {name:<16} not installed: {download.about}. coach models install {name}")


@list_models.command()
@click.argument("name")
@click.option("--from", "source", metavar="FILE|FOLDER", help="A zip file or a folder, for machines that are offline.")
def install(name: str, source: str | None) -> None:
    """Download a recogniser, or take it from a file or folder."""
    from coach import models
    from coach.progress import Progress

    with Progress(f"Downloading {name}") as progress:
        folder = models.install(name, source, progress)
    click.echo(f"Installed in {folder}. To hear with it: coach models use {name}")


@list_models.command()
@click.argument("name")
def use(name: str) -> None:
    """Hear with this recogniser from now on."""
    from coach import models

    models.use(name)
    click.echo(f"From now on: {name}")


def device(given: str | None) -> str | int | None:
    """A device as it was given: by its number or by its name."""
    return int(given) if given is not None and given.isascii() and given.isdigit() else given


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


COMMANDS = (doctor, list_devices, list_voices, list_models, history, report, export)
