"""`scripts/bench NAME [options]`: one command for each measurement in this folder."""

import importlib
import pkgutil

import click

from coach.errors import CoachError

from . import __path__ as folder


class Benches(click.Group):
    """Shows expected failures as one sentence, as coach does."""

    def invoke(self, ctx):
        """Run the measurement."""
        try:
            return super().invoke(ctx)
        except CoachError as error:
            click.echo(f"bench: {error}", err=True)
            ctx.exit(error.status)


@click.group(cls=Benches)
def main():
    """Measure the coach on recordings of real people."""


for found in pkgutil.iter_modules(folder):
    if not found.name.startswith("_"):
        module = importlib.import_module(f"{__package__}.{found.name}")
        if hasattr(module, "command"):
            main.add_command(module.command)

if __name__ == "__main__":
    main(prog_name="scripts/bench")
