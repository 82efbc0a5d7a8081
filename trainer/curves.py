"""Draws how the accuracies of training runs rose, from their logs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from trainer.errors import RunError
from trainer.judge import Epoch

LINES = {"fer2013": "fer2013 / label", "perceived": "perceived / FER+ majority"}


def read_log(run: Path) -> list[Epoch]:
    """The epochs of a run folder, or of a log by itself."""
    log = run / "log.jsonl" if run.is_dir() else run
    try:
        lines = log.read_bytes().splitlines()
        return [msgspec.json.decode(line, type=Epoch) for line in lines]
    except OSError as missing:
        raise RunError(f"the log {log} cannot be read: {missing.strerror}") from missing
    except msgspec.DecodeError as broken:
        raise RunError(f"{log} is no log of a training: {broken}") from broken


def draw(runs: Sequence[Path], out: Path) -> None:
    """One plot for each head, one curve for each run; the suffix of `out` chooses the format."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    logs = {_name(run): read_log(run) for run in runs}
    figure = Figure(figsize=(10, 3.8), layout="constrained")
    axes = figure.subplots(1, 2)
    for axis, (field, title) in zip(axes, LINES.items(), strict=True):
        for name, epochs in logs.items():
            values = [100 * getattr(epoch, field) for epoch in epochs]
            label = f"{name}: {max(values):.1f} %"
            axis.plot([epoch.epoch for epoch in epochs], values, label=label, linewidth=1.6)
        axis.set_title(title, fontsize=10)
        axis.set_xlabel("epoch")
        axis.grid(alpha=0.3)
        axis.legend(fontsize=8, loc="lower right")
    axes[0].set_ylabel("right on PublicTest, %")
    # The same logs give the same file.
    with rc_context({"svg.hashsalt": "moodbox"}):
        figure.savefig(out, metadata={"Date": None} if out.suffix == ".svg" else None)


def _name(run: Path) -> str:
    return run.name if run.is_dir() else run.stem
