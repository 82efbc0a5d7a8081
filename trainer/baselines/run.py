"""Trains what is not trained yet, measures all of it, and keeps every row that is finished."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import msgspec

from trainer.baselines import classical, neural, ours
from trainer.baselines.asked import Asked
from trainer.baselines.networks import NAMES, build
from trainer.baselines.table import Row, Table
from trainer.baselines.weights import start_from
from trainer.errors import RunError
from trainer.faces import Dataset
from trainer.judge import Epoch
from trainer.processors import Asked as Processor
from trainer.processors import fabric_of
from trainer.recipes import named

SYSTEMS = (*classical.SYSTEMS, *NAMES)
"""Quick ones first."""


class Screen(Protocol):
    """Who is told how a training goes."""

    def say(self, line: str) -> None:
        """One line."""

    def step(self, step: int, steps: int, loss: float) -> None:
        """Within an epoch."""

    def epoch(self, line: Epoch) -> None:
        """After one."""


Watch = Callable[[int], AbstractContextManager[Screen]]
"""Opens a screen for so many epochs."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """`row.json` of a system."""

    data_sha256: str
    epoch: int
    """After how many it was measured; 0 for a system that knows none."""
    row: Row


def compare(
    dataset: Dataset, folder: Path, names: Iterable[str], card: Path | None, asked: Asked, on: Watch
) -> Table:
    """A row for each of the names, and one for the shipped model where its card is given.

    Each system has its folder in `folder`; a finished one is not trained again.
    """
    for name, file in asked.weights.items():  # a file that does not fit is told before the hours
        start_from(build(name), name, file)
    rows = [] if card is None else [ours.shipped(card, dataset["PublicTest"])]
    for name in names:
        row = _row(name, folder / name, dataset, asked, on)
        rows += [row] if row else []
    return Table(
        split="PublicTest",
        faces=len(dataset["PublicTest"]),
        data_sha256=dataset.sha256,
        results=tuple(sorted(rows, key=lambda row: -row.accuracy)),
    )


def _row(name: str, folder: Path, dataset: Dataset, asked: Asked, on: Watch) -> Row | None:
    """None where there is nothing yet and nothing shall be trained."""
    _check_data(folder, dataset)
    kept = _kept(folder)
    if name in classical.SYSTEMS:
        if kept and asked.anew:
            row = classical.timed_anew(name, folder, dataset["PublicTest"], kept.row)
            return _keep(folder, dataset, 0, row)
        if kept or not asked.train:
            return kept.row if kept else None
        with on(1) as screen:
            screen.say(f"{name}: learning")
        return _keep(folder, dataset, 0, classical.train_and_measure(name, folder, dataset, asked))
    if asked.train:
        _teach(name, folder, dataset, asked, on)
    done = neural.standing(folder)[0]
    if not done or (kept and kept.epoch == done and not asked.anew):
        return kept.row if kept else None
    row = neural.measure(name, folder, dataset["PublicTest"], export=asked.export)
    return _keep(folder, dataset, done, row)


def _teach(name: str, folder: Path, dataset: Dataset, asked: Asked, on: Watch) -> None:
    """Go on to the plan's end; nothing where it was reached."""
    plan = neural.plan_in(folder)
    if plan and neural.is_over(plan, folder):
        return
    fabric = fabric_of(named(name), folder, Processor(asked.accelerator, precision=asked.precision))
    if plan is None:
        plan = neural.new_plan(name, folder, dataset, asked, fabric)
    with on(plan.recipe.epochs) as screen:
        done = neural.standing(folder)[0]
        ahead = plan.said(plan.recipe.epochs, no_better=False)[0]
        screen.say(f"{name}: {ahead}" + (f", going on after {done}" if done else ""))
        training = neural.begin(name, plan, folder, dataset, asked, fabric)
        training.fit(screen.step, screen.epoch)


def _check_data(folder: Path, dataset: Dataset) -> None:
    for file in (folder / "row.json", folder / "config.json"):
        if file.exists():
            told = msgspec.json.decode(file.read_bytes())
            if told["data_sha256"] != dataset.sha256:
                raise RunError(f"{folder} is about other data; name a new folder with --run")


def _kept(folder: Path) -> Kept | None:
    file = folder / "row.json"
    return msgspec.json.decode(file.read_bytes(), type=Kept) if file.exists() else None


def _keep(folder: Path, dataset: Dataset, epoch: int, row: Row) -> Row:
    told = Kept(data_sha256=dataset.sha256, epoch=epoch, row=row)
    part = folder / "row.json.part"
    part.write_bytes(msgspec.json.format(msgspec.json.encode(told)))
    part.replace(folder / "row.json")
    return row
