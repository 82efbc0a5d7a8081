"""The report's plots as SVG that stands in a page, light or dark, and needs nothing else."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from edge.eye.model_card import Head
from edge.messages import MOODS
from trainer.evaluation.figures import Figures
from trainer.evaluation.robustness import UNDAMAGED, Robustness

if TYPE_CHECKING:  # a second to import; only the report needs it
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

INK = "#010203"
"""Stands for the page's own text colour, which is put in its place."""
FIRST, SECOND = "#3b7dd8", "#e08a1e"
"""Blue and orange: told apart by everybody, on white and on black."""
WIDE = 4.8
"""Inches; 346 points, about the width of a phone, so that letters keep their size there."""


def confusion(part: Figures) -> str:
    """A heat map with numbers; the colour is the share of the true mood's faces."""
    figure, axes = _paper(WIDE, 4.3)
    for row, counts in enumerate(part.counts):
        total = max(1, sum(counts))
        for column, count in enumerate(counts):
            share = count / total
            axes.add_patch(_cell(column, row, share))
            colour = "#ffffff" if share > 0.45 else INK
            axes.text(
                *(column, row, str(count)), color=colour, ha="center", va="center", fontsize=8
            )
    axes.set(xlim=(-0.5, 6.5), ylim=(6.5, -0.5), xlabel="read as", ylabel="truth")
    axes.set_xticks(range(7), MOODS, rotation=40, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(7), MOODS)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return _svg(figure, f"confusion {part.metric.head} {part.metric.truth}")


def reliability(part: Figures) -> str:
    """How often it is right against how sure it is; the dots' size tells of how many faces."""
    figure, axes = _paper(WIDE, 3.6)
    axes.plot([0, 1], [0, 1], color=INK, alpha=0.35, linewidth=1, linestyle=(0, (4, 3)))
    filled = [one for one in part.calibration.bins if one.confidence is not None]
    most = max((one.n for one in filled), default=1)
    x = [one.confidence or 0.0 for one in filled]
    y = [one.right or 0.0 for one in filled]
    axes.plot(x, y, color=FIRST, linewidth=1.2)
    axes.scatter(x, y, s=[10 + 90 * one.n / most for one in filled], color=FIRST, alpha=0.85)
    votes = part.calibration.compared_with == "votes"
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02), xlabel="confidence")
    axes.set_ylabel("share of votes" if votes else "share right")
    _grid(axes)
    return _svg(figure, f"reliability {part.metric.head} {part.metric.truth}")


def by_mood(part: Figures) -> str:
    """Recall and precision of each mood."""
    figure, axes = _paper(WIDE, 3.1)
    for place, row in enumerate(part.by_mood):
        for value, colour, shift in ((row.recall, FIRST, -0.2), (row.precision, SECOND, 0.2)):
            axes.bar(place + shift, value * 100, 0.38, color=colour)
            axes.text(
                *(place + shift, value * 100 + 1.5, f"{value * 100:.0f}"),
                ha="center",
                color=INK,
                fontsize=7,
            )
    axes.bar(0, 0, color=FIRST, label="recall")
    axes.bar(0, 0, color=SECOND, label="precision")
    axes.set_xticks(range(7), MOODS, rotation=40, ha="right", rotation_mode="anchor")
    axes.set(ylim=(0, 112), ylabel="%")
    _legend(axes)
    _grid(axes, across_only=True)
    return _svg(figure, f"moods {part.metric.head} {part.metric.truth}")


def drops(measured: Robustness) -> str:
    """Points of accuracy that each damage costs, a bar per head."""
    hurt = [one for one in measured.conditions if one.damage != UNDAMAGED]
    figure, axes = _paper(WIDE, 0.27 * len(hurt) + 0.9)
    heads = list(measured.truths)
    for number, (head, colour) in enumerate(zip(heads, (FIRST, SECOND), strict=False)):
        thick = 0.8 / len(heads)
        places = [row + (number - (len(heads) - 1) / 2) * thick for row in range(len(hurt))]
        lost = [one.drop[head] * 100 for one in hurt]
        axes.barh(places, lost, thick, color=colour, label=_named(head))
    axes.set_yticks(range(len(hurt)), [f"{one.damage}, {one.strength}" for one in hurt])
    axes.set(ylim=(len(hurt) - 0.4, -0.6), xlabel="points of accuracy lost")
    axes.axvline(0, color=INK, linewidth=0.8)
    _legend(axes)
    _grid(axes, across_only=True, which="x")
    return _svg(figure, "robustness")


def _named(head: Head) -> str:
    return {"perceived": "perceived", "fer2013": "FER2013"}[head]


def _cell(column: int, row: int, share: float) -> Rectangle:
    from matplotlib.patches import Rectangle

    where = (column - 0.48, row - 0.48)
    return Rectangle(where, 0.96, 0.96, facecolor=FIRST, alpha=0.06 + 0.94 * share, linewidth=0)


def _paper(wide: float, high: float) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(wide, high), layout="constrained")
    axes = figure.add_subplot()
    axes.patch.set_visible(False)
    axes.tick_params(colors=INK, labelsize=8)
    axes.xaxis.label.set(color=INK, fontsize=8.5)
    axes.yaxis.label.set(color=INK, fontsize=8.5)
    for name, spine in axes.spines.items():
        spine.set_color(INK)
        spine.set_alpha(0.4)
        spine.set_visible(name in {"left", "bottom"})
    return figure, axes


def _grid(axes: Axes, *, across_only: bool = False, which: str = "y") -> None:
    axes.grid(visible=True, axis=which if across_only else "both", color=INK, alpha=0.12)  # type: ignore[arg-type]  # "x" or "y"
    axes.set_axisbelow(True)


def _legend(axes: Axes) -> None:
    legend = axes.legend(
        frameon=False, labelcolor=INK, fontsize=8, ncols=2, loc="lower right", bbox_to_anchor=(1, 1)
    )
    legend.set_in_layout(True)


def _svg(figure: Figure, name: str) -> str:
    """Without its head; its letters are the page's, its ids its own, its ink the page's."""
    import matplotlib as mpl

    written = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(
            written,
            format="svg",
            transparent=True,
            metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
        )
    body = written.getvalue()
    body = body[body.index("<svg") :]
    body = re.sub(r' (width|height)="[^"]*pt"', "", body, count=2)
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    own = re.sub(r"\W+", "-", name)
    body = re.sub(r'( id="|url\(#|href="#)', rf"\1{own}-", body)
    body = body.replace(INK, "currentColor")
    return body.replace("<svg", f'<svg role="img" aria-label="{name}"', 1)
