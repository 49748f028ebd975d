"""What a session is to be like, and which steps of a routine belong to it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """What the people at the table asked for."""

    sides: tuple[str, ...] = ("left",)
    rounds: int = 2
    hold_seconds: int = 10
    pain_limit: int = 6
    """The lowest number at which the leg goes no deeper: 1 to 7."""
    start_high: bool = False
    breathe_normally: bool = False
    screening: bool = True

    def applies(self, only: str) -> bool:
        """Whether a step marked `only` is said in this plan."""
        return CONDITIONS[only](self)


CONDITIONS: dict[str, Callable[[Plan], bool]] = {
    "": lambda plan: True,
    "start-high": lambda plan: plan.start_high,
    "start-low": lambda plan: not plan.start_high,
    "hold-breath": lambda plan: not plan.breathe_normally,
    "breathe-normally": lambda plan: plan.breathe_normally,
    "first-stretch": lambda plan: plan.rounds <= 2,
    "one-side": lambda plan: len(plan.sides) == 1,
}
"""What may stand behind "only" in a routine's file, and when that is."""
