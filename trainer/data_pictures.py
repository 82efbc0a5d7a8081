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
NOT_THE_LABEL = "#b3541e"
"""Ink of a FER+ majority that is another."""
CELL = (60, 51)
"""Height and width of a face with its caption, in the face's own pixels; two dots each."""
MARGIN, HEAD, RIM = 62, 28, 6
"""For the moods' names, for the title, and at the other two sides."""


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
    """All faces are one picture on one pair of axes: seventy pairs take seconds."""
    from matplotlib.figure import Figure

    paper = np.full((len(MOODS) * CELL[0], COLUMNS * CELL[1]), 255, dtype=np.uint8)
    end, foot = paper.shape[1] + RIM, paper.shape[0] + RIM
    figure = Figure(figsize=((end + MARGIN) / 50, (foot + HEAD) / 50), facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    said, voted = majority(faces.votes), faces.votes.any(axis=1)
    for label, mood in enumerate(MOODS):
        top = label * CELL[0]
        for column, place in enumerate(chosen(faces, label)):
            left = column * CELL[1]
            paper[top : top + 48, left : left + 48] = faces.pixels[place]
            if voted[place]:
                _caption(axes, (left + 24, top + 49), label, int(said[place]))
        count = int((faces.labels == label).sum())
        axes.text(-6, top + 23, mood, ha="right", va="bottom", size=13, color=INK)
        axes.text(-6, top + 25, f"{count:,}", ha="right", va="top", size=9, color=FAINT)
    extent = (0, paper.shape[1], paper.shape[0], 0)
    axes.imshow(paper, cmap="gray", vmin=0, vmax=255, extent=extent, interpolation="nearest")
    axes.set(xlim=(-MARGIN, end), ylim=(foot, -HEAD))
    title = f"samples of each mood in {split}"
    axes.text(0, -HEAD / 2, title, size=14, color=INK, va="center")
    if voted.any():
        told = "beneath: what most FER+ annotators saw, in colour where it is not the label"
        axes.text(end - RIM - 3, -HEAD / 2, told, size=9, color=FAINT, va="center", ha="right")
    figure.savefig(path, dpi=100)


def _caption(axes: Axes, place: tuple[int, int], label: int, said: int) -> None:
    """The FER+ majority under a face, coloured where it is not the label."""
    text = MOODS[said] if said >= 0 else "no majority"
    ink = FAINT if said in {label, -1} else NOT_THE_LABEL
    axes.text(*place, text, ha="center", va="top", size=7, color=ink)


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
        shares = [f"{n:,}  ({n / max(1, counts.sum()):.1%})" for n in counts]
        axes.bar_label(bars, shares, padding=3, size=8, color=INK if colour == LABEL else FAINT)
    axes.set_title(f"{split}: {len(faces):,} faces", loc="left", size=12, color=INK)
    axes.set_xlim(0, max(1, int(max(labels.max(), voted.max()))) * 1.28)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    axes.spines["left"].set_color(FAINT)
    axes.tick_params(left=False, bottom=False, labelbottom=False)
