"""What a person sees while a network trains."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from trainer.judge import Epoch


class Screen:
    """A bar for the steps and a line for each epoch; plain lines where there is no terminal."""

    def __init__(self, console: Console, bars: Progress, epochs: int) -> None:
        self._console, self._bars, self._epochs = console, bars, epochs
        self._bar = bars.add_task("starting", total=None)
        self._done = 0

    def say(self, line: str) -> None:
        """One line above the bar."""
        self._console.print(line, highlight=False, soft_wrap=True)

    def step(self, step: int, steps: int, loss: float) -> None:
        """Move the bar."""
        about = f"epoch {self._done + 1}, loss {loss:.3f}"
        self._bars.update(self._bar, completed=step, total=steps, description=about)

    def epoch(self, line: Epoch) -> None:
        """Tell how the averaged weights do on PublicTest."""
        self._done = line.epoch
        self.say(
            f"epoch {line.epoch}/{self._epochs}  loss {line.loss:.3f}  PublicTest:"
            f" fer2013 {line.fer2013:.1%}  perceived {line.perceived:.1%}"
            f" (moods alike {line.perceived_balanced:.1%})  {line.seconds:.0f} s"
        )


@contextlib.contextmanager
def watched(epochs: int, *, quiet: bool = False) -> Iterator[Screen]:
    """A screen on stderr for the time of one training; quiet in all processes but the first."""
    console = Console(stderr=True, quiet=quiet)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        yield Screen(console, bars, epochs)
