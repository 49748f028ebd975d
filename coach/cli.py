"""The commands: `coach --side left`, and what goes with it."""

import json
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from coach import desk, routine, signals, studio
from coach.errors import BadInput, CoachError
from coach.journal import Journal
from coach.phrases import Window
from coach.plan import Plan
from coach.studio import Wishes
from coach.tape import Tape
from coach.terminal import Terminal
from coach.voice import RATE_WORDS

SIDES = {"left": ("left",), "right": ("right",), "both": ("left", "right")}

STATUS = {"finished": 0, "microphone": 3, "speaker": 3, "recogniser": 3}
"""Exit status by the reason of the end; every other reason is 1: stopped by the partner, by pain or by silence."""


class Coach(click.Group):
    """Shows expected failures as one sentence and exits with their status."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except CoachError as error:
            message, status = str(error), error.status
        except (OSError, UnicodeError, RecursionError) as error:  # a name or a file that no check foresaw
            message, status = f"That can't be used: {error}. Check the names that were given.", BadInput.status
        click.echo(f"coach: {message.encode(errors='replace').decode()}", err=True)
        ctx.exit(status)


def _both(*decorators: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def decorate(command: Any) -> Any:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


_routine = _both(
    click.option("--rounds", type=click.IntRange(1, 5), default=2, show_default=True, help="Rounds a side; two for a first stretch."),
    click.option("--hold-seconds", type=click.IntRange(3, 20), default=10, show_default=True, help="Length of a hold."),
    click.option("--pain-limit", type=click.IntRange(1, 7), default=6, show_default=True, help="From this pain number on the leg goes no deeper."),
    click.option("--start-high", is_flag=True, help="Start with the leg held higher: for a stiff partner, or one in pain."),
    click.option("--breathe-normally", is_flag=True, help="No breath holding: for high blood pressure or heart disease."),
    click.option("--screening/--no-screening", default=None, help="Read out who should not do this. [default: before a person's first session]"),
    click.option("--routine", "routine_file", metavar="NAME|FILE", default="psoas", show_default=True, help="Another routine: a TOML file."),
    click.option("--voice", metavar="NAME", help="Another voice: see coach voices."),
    click.option("--rate", type=click.IntRange(80, 300), default=RATE_WORDS, show_default=True, help="Words a minute."),
    click.option("--volume", type=click.IntRange(1, 10), default=7, show_default=True, help="How loud the coach speaks."),
    click.option("--model", metavar="NAME|FOLDER", help="Another recogniser: see coach models."),
    click.option("--no-echo-cancel", is_flag=True, help="Don't take the coach's own voice out of what the microphone hears."),
)  # fmt: skip


def _wishes(side: str, first_time: bool, given: dict[str, Any]) -> Wishes:
    screening = first_time if given["screening"] is None else given["screening"]
    plan = Plan(
        SIDES[side],
        given["rounds"],
        given["hold_seconds"],
        given["pain_limit"],
        given["start_high"],
        given["breathe_normally"],
        screening,
    )
    if not given["routine_file"].strip():
        raise BadInput("--routine '': there is no such routine. Give a name such as psoas, or a TOML file.")
    script = routine.load(given["routine_file"])
    return Wishes(plan, script, given["voice"], given["rate"], given["volume"], given["model"], not given["no_echo_cancel"])


@click.group(cls=Coach, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--side", type=click.Choice(list(SIDES)), help="The hip to stretch. Starts a session at once.")
@_routine
@click.option("--who", default="me", show_default=True, help="Whose session this is, in the journal.")
@click.option("--input", "input_", metavar="NAME|NUMBER", help="Microphone: see coach devices.")
@click.option("--output", metavar="NAME|NUMBER", help="Speaker: see coach devices.")
@click.option("--record", type=click.Path(dir_okay=False), metavar="FILE.wav", help="Keep the sound: left the coach, right the microphone.")
@click.version_option(package_name="coach")
@click.pass_context
def main(ctx: click.Context, side: str | None, who: str, input_: str | None, output: str | None, record: str | None, **given: Any) -> None:
    """A hands-free voice coach for a stretch that takes two people.

    \b
    coach --side left        starts a session: the coach speaks, counts and listens
    coach rehearse --side left   the same in a simulated room, to hear it first
    coach doctor             checks speaker, microphone, voice and recogniser

    In a session say "stop", "pain five", "ready", "pause", "repeat", "louder" or "slower". On the keyboard: space or
    s stops, digits are pain numbers, Enter is ready, p pauses.

    It sends nothing anywhere, and keeps no sound unless --record is given. This is coaching, not medical advice.

    Exit status: 0 finished, 1 ended early (by the partner, by pain, by silence, by Ctrl-C), 2 bad usage or a bad file,
    3 no usable microphone, speaker, voice or model, 129 and 143 ended by SIGHUP and SIGTERM.
    """
    if ctx.invoked_subcommand is not None:
        given_before = [name for name in ctx.params if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE]
        if given_before:
            option = f"--{given_before[0].strip('_').replace('_', '-')}"
            raise click.UsageError(f"Options go behind the command: coach {ctx.invoked_subcommand} {option} ...")
        return
    if side is None:
        click.echo(ctx.get_help())
        return
    from coach.card import Card
    from coach.keys import Keys

    journal = Journal()
    wishes = _wishes(side, not journal.knows(who), given)
    ears, clips = studio.prepare(wishes)
    with ExitStack() as opened:
        opened.enter_context(signals.minded())
        card: Any = opened.enter_context(Card(desk.device(input_), desk.device(output)))
        if record:
            card = opened.enter_context(Tape(card, record))
        keys = opened.enter_context(Keys())
        writer = journal.begin(who, side, wishes.routine.title)
        click.echo("Say \"stop\" at any time, or press the space bar. Ctrl-C ends.", err=True)
        try:
            reason = studio.run(wishes, ears, clips, card, [Terminal(sys.stdout), writer, keys.notice], keys.poll)
        except KeyboardInterrupt:
            _break_off(card, "Ended.")
            ctx.exit(1)
        except SystemExit:
            _break_off(card, "Ended.")
            raise
        except Exception as error:  # whatever broke, somebody may lie there with a leg in the air
            _break_off(card, f"The coach has broken down ({error!r}).")
            ctx.exit(3)
    ctx.exit(STATUS.get(reason, 1))


@main.command()
@click.option("--side", type=click.Choice(list(SIDES)), required=True, help="The hip to stretch.")
@_routine
@click.option("--partner", type=click.Path(), metavar="FILE.toml", help="Who lies there and what they say; the default answers sensibly.")
@click.option("--out", type=click.Path(dir_okay=False), metavar="FILE.wav", help="What was heard: left the coach, right the microphone.")
@click.option("--timeline", type=click.Path(dir_okay=False), metavar="FILE.jsonl", help="Every event, one JSON object a line.")
@click.pass_context
def rehearse(ctx: click.Context, side: str, partner: str | None, out: str | None, timeline: str | None, **given: Any) -> None:
    """Run a session in a simulated room, as fast as the machine can.

    The same code as live, with a scripted partner. Listen to it: coach rehearse --side left --out session.wav
    """
    from coach import sound
    from coach.partner import load_partner
    from coach.room import Room

    if out and timeline and Path(out).absolute() == Path(timeline).absolute():
        raise BadInput(f"{out}: --out and --timeline are the same file. Give two.")
    wishes = _wishes(side, True, given)
    script = load_partner(partner)
    ears, clips = studio.prepare(wishes)
    room = Room(script, studio.partner_voice)
    with ExitStack() as opened:
        sinks: list[Any] = [Terminal(sys.stdout), room.notice]
        if timeline:
            lines = opened.enter_context(_open(timeline))
            sinks.append(lambda record: lines.write(json.dumps(record) + "\n"))
        if out:
            opened.enter_context(_open(out))  # a place that can't be written is said now, not after the session
        opened.callback(lambda: out and sound.write(out, room.recording()))
        try:
            reason = studio.run(wishes, ears, clips, room, sinks)
        except KeyboardInterrupt:
            click.echo("\nEnded.", err=True)
            ctx.exit(1)
    if out:
        click.echo(f"To listen: {out}", err=True)
    ctx.exit(STATUS.get(reason, 1))


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILE...")
@click.option("--window", type=click.Choice([w.value for w in Window]), default=Window.ALWAYS.value, show_default=True, help="What is listened for.")
@click.option("--model", metavar="NAME|FOLDER", help="Another recogniser: see coach models.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def hear(files: tuple[str, ...], window: str, model: str | None, as_json: bool) -> None:
    """Say what the coach would hear in recordings (WAV or FLAC), streamed as live."""
    from coach import models
    from coach.ears import Ears
    from coach.hear import hear_file

    ears = Ears(models.find(model))
    failed: CoachError | None = None
    for file in files:
        try:
            result = hear_file(file, ears, Window(window))
        except BadInput as error:
            click.echo(f"coach: {error}", err=True)
            failed = error
            continue
        if as_json:
            click.echo(json.dumps(result))
        else:
            heard = [f"{h['at']:.2f} s  {h['text']} ({h['intent']}{h.get('value', '')})" for h in result["heard"]]
            click.echo(f"{file}: " + ("; ".join(heard) or "nothing for the coach"))
    if failed:
        sys.exit(failed.status)


def _break_off(card: Any, why: str) -> None:
    """Fall silent and say what to do without a coach, if the terminal is still there."""
    card.cut()
    with suppress(OSError):
        click.echo(f"\n{why} Relax. Helper, lift the leg, roll the partner onto the side, and help them up.", err=True)


def _open(path: str) -> Any:
    try:
        return Path(path).open("w", encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path} can't be written ({error.strerror}). Choose another place.") from error


for _command in desk.COMMANDS:
    main.add_command(_command)
