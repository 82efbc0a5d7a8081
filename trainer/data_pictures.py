"""Draws a dataset for the eye: a sheet of sample faces of each mood, and the classes as bars."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from edge.messages import MOODS
from trainer.faces import Dataset, Faces, majority

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = 10
"""Faces of each mood on the sheet."""
INK, FAINT, LABEL, VOTED = "#22262b", "#7b848e", "#33658a", "#a9c6dc"
CLEAR_OF_LABEL = "#b3541e"
"""Ink of a FER+ majority that is not the label."""


def draw(dataset: Dataset, folder: Path) -> tuple[Path, Path]:
    """Write sheet.png and bars.png; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    sheet, bars = folder / "sheet.png", folder / "bars.png"
    split, faces = next(iter(dataset.splits.items()))
    _draw_sheet(split, faces, sheet)
    _draw_bars(dataset, bars)
    return sheet, bars


def chosen(faces: Faces, label: int, seed: int = 1) -> NDArray[np.int64]:
    """Places of sample faces of one label, drawn by lot but always the same; blank ones never."""
    flat = faces.pixels.reshape(len(faces), -1)
    good = np.flatnonzero((faces.labels == label) & (flat.max(axis=1) > flat.min(axis=1)))
    drawn = np.random.default_rng(seed + label).permutation(good)[:COLUMNS]
    return np.sort(drawn)


def _draw_sheet(split: str, faces: Faces, path: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(COLUMNS * 1.05 + 1.6, len(MOODS) * 1.3 + 0.7), facecolor="white")
    figure.subplots_adjust(
        left=0.115, right=0.99, top=0.925, bottom=0.025, wspace=0.06, hspace=0.24
    )
    grid = figure.subplots(len(MOODS), COLUMNS, squeeze=False)
    said = majority(faces.votes)
    for label, mood in enumerate(MOODS):
        places = chosen(faces, label)
        for column, axes in enumerate(grid[label]):
            axes.set_axis_off()
            if column < len(places):
                place = places[column]
                axes.imshow(faces.pixels[place], cmap="gray", vmin=0, vmax=255)
                _caption(axes, label, int(said[place]), bool(faces.votes[place].any()))
        count = int((faces.labels == label).sum())
        middle = grid[label][0].get_position()
        height = (middle.y0 + middle.y1) / 2
        figure.text(0.1, height, mood, ha="right", va="bottom", size=13, color=INK)
        figure.text(0.1, height - 0.004, f"{count:,}", ha="right", va="top", size=9, color=FAINT)
    title = f"{COLUMNS} faces of each mood in {split}"
    figure.text(0.115, 0.965, title, size=14, color=INK, va="center")
    if faces.votes.any():
        told = "beneath: what most FER+ annotators saw, in colour where it is not the label"
        figure.text(0.99, 0.965, told, size=10, color=FAINT, va="center", ha="right")
    figure.savefig(path, dpi=110)


def _caption(axes: Axes, label: int, said: int, voted: bool) -> None:
    """The FER+ majority under a face, coloured where it is not the label."""
    if not voted:
        return
    text = MOODS[said] if said >= 0 else "no majority"
    ink = FAINT if said in {label, -1} else CLEAR_OF_LABEL
    axes.text(23.5, 49, text, ha="center", va="top", size=7.5, color=ink)


def _draw_bars(dataset: Dataset, path: Path) -> None:
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    count = len(dataset.splits)
    figure = Figure(figsize=(4.6 * count + 0.8, 4.4), facecolor="white")
    figure.set_layout_engine(ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.1))
    panels = figure.subplots(1, count, squeeze=False, sharey=True)[0]
    for axes, (split, faces) in zip(panels, dataset.splits.items(), strict=True):
        _panel(axes, split, faces)
    panels[0].set_yticks(range(len(MOODS)), MOODS, size=11, color=INK)
    panels[0].invert_yaxis()
    handles, names = panels[0].get_legend_handles_labels()
    if len(names) > 1:
        figure.legend(
            handles, names, loc="outside lower center", ncols=2, frameon=False, labelcolor=INK
        )
    figure.savefig(path, dpi=110)


def _panel(axes: Axes, split: str, faces: Faces) -> None:
    labels = np.bincount(faces.labels, minlength=len(MOODS))
    said = majority(faces.votes)
    voted = np.bincount(said[said >= 0], minlength=len(MOODS))
    places = np.arange(len(MOODS))
    thick = 0.38 if voted.any() else 0.7
    rows = [(labels, LABEL, "FER2013's label", 0.0)]
    if voted.any():
        rows = [
            (labels, LABEL, "FER2013's label", -0.2),
            (voted, VOTED, "clear FER+ majority", 0.2),
        ]
    for counts, colour, name, offset in rows:
        bars = axes.barh(places + offset, counts, thick, color=colour, label=name)
        shares = [f"{n:,}  ({n / max(1, counts.sum()):.0%})" for n in counts]
        axes.bar_label(bars, shares, padding=3, size=8, color=INK if colour == LABEL else FAINT)
    axes.set_title(f"{split}: {len(faces):,} faces", loc="left", size=12, color=INK)
    axes.set_xlim(0, max(1, int(max(labels.max(), voted.max()))) * 1.28)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    axes.spines["left"].set_color(FAINT)
    axes.tick_params(left=False, bottom=False, labelbottom=False)
