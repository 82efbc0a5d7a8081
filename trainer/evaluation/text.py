"""The figures as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from edge.messages import MOODS
from trainer.evaluate import Evaluation
from trainer.evaluation.comparison import Comparison, HeadPair
from trainer.evaluation.figures import Figures
from trainer.evaluation.robustness import Robustness
from trainer.evaluation.speed import Speed

TRUTHS = {"fer2013": "FER2013's label", "ferplus": "FER+ majority"}
OWN = {("perceived", "ferplus"), ("fer2013", "fer2013")}
"""Each head against the truth that it was taught; only these are shown in detail."""


def told(measured: Evaluation) -> str:
    """Everything that was measured."""
    parts = [_head(measured), *(_detail(part) for part in detailed(measured.figures))]
    if measured.robustness is not None:
        parts.append(robustness_table(measured.robustness))
    parts += [
        comparison_table(both) for both in (measured.against, measured.runtimes) if both is not None
    ]
    if measured.speed is not None:
        parts.append(speed_table(measured.speed))
    return "\n\n".join(parts)


def detailed(figures: Sequence[Figures]) -> list[Figures]:
    """The figures of each head against its own truth; all where there are no votes."""
    own = [part for part in figures if (part.metric.head, part.metric.truth) in OWN]
    heads = {part.metric.head for part in own}
    return own + [part for part in figures if part.metric.head not in heads]


def temperatures(measured: Evaluation) -> str:
    """Which temperatures were used, and where they come from."""
    used = ", ".join(f"{head} {value}" for head, value in measured.temperature.items())
    if measured.temperature_from != "card":
        return f"temperatures {used}, {measured.temperature_from}, so the ECE flatters a little"
    here = ", ".join(f"{head} {value}" for head, value in measured.temperature_fitted.items())
    return f"temperatures {used}, of the card; fitted here they would be {here}"


def _head(measured: Evaluation) -> str:
    rows = [("head", "truth", "n", "accuracy", "95 % of", "macro F1", "ECE", "at T = 1")]
    for part in measured.figures:
        row, believed = part.metric, part.calibration
        low, high = part.interval
        rows.append(
            (
                row.head,
                TRUTHS[row.truth],
                f"{row.n}",
                f"{row.accuracy:.1%}",
                f"{low:.1%}–{high:.1%}",
                f"{row.macro_f1:.3f}",
                f"{believed.ece:.3f}",
                f"{believed.ece_raw:.3f}",
            )
        )
    lines = [
        f"{measured.model} in {measured.runtime} on {measured.split}: {measured.faces} faces",
        temperatures(measured),
        *columns(rows, left=2),
        "FER+ majority: one of the seven moods has more than half of the votes; ECE against it:"
        " the share of votes for the answer, all faces with votes.",
    ]
    return "\n".join(lines)


def _detail(part: Figures) -> str:
    rows = [("mood", "n", "precision", "recall", "F1", *(f"→ {mood}" for mood in MOODS))]
    rows += [
        (
            row.mood,
            f"{row.n}",
            f"{row.precision:.1%}",
            f"{row.recall:.1%}",
            f"{row.f1:.3f}",
            *(str(cell) for cell in counts),
        )
        for row, counts in zip(part.by_mood, part.counts, strict=True)
    ]
    title = f"{part.metric.head} against {TRUTHS[part.metric.truth]}, and what each was read as"
    bins = [("confidence", "faces", "mean", "right")]
    bins += [
        (
            f"{bin_.low:.2f}–{bin_.high:.2f}",
            f"{bin_.n}",
            f"{bin_.confidence:.3f}",
            f"{bin_.right:.3f}",
        )
        for bin_ in part.calibration.bins
        if bin_.confidence is not None
    ]
    what = "share of votes" if part.calibration.compared_with == "votes" else "share right"
    believed = f"how far {part.metric.head} can be believed ({what} in the last column)"
    return "\n".join([title, *columns(rows), "", believed, *columns(bins)])


def robustness_table(measured: Robustness) -> str:
    """One line per condition."""
    heads = list(measured.truths)
    rows = [("damage", "", *(cell for head in heads for cell in (head, "lost")))]
    for condition in measured.conditions:
        cells = (
            cell
            for head in heads
            for cell in (f"{condition.accuracy[head]:.1%}", f"{condition.drop[head] * 100:.1f}")
        )
        rows.append((condition.damage, condition.strength, *cells))
    truths = ", ".join(f"{head} against {TRUTHS[truth]}" for head, truth in measured.truths.items())
    return "\n".join(
        [f"accuracy on damaged faces ({truths}); lost: in points", *columns(rows, left=2)]
    )


def comparison_table(both: Comparison) -> str:
    """One block per head."""
    lines = [f"first: {both.first}   second: {both.second}"]
    lines.append(
        "all logits are the same bit for bit" if both.bit_for_bit else "not bit for bit alike"
    )
    for pair in both.heads:
        lines += ["", *_pair(pair)]
    return "\n".join(lines)


def _pair(pair: HeadPair) -> Iterable[str]:
    one, other = pair.accuracy
    yield f"{pair.head} against {TRUTHS[pair.truth]} ({pair.n} faces)"
    yield (
        f"accuracy {one:.2%} and {other:.2%}, macro F1 {pair.macro_f1[0]:.3f} and"
        f" {pair.macro_f1[1]:.3f}; the same answer for {pair.same_answers:.2%} of all faces"
    )
    yield (
        f"probabilities differ by {pair.probability_difference['mean']:.4f} in the mean,"
        f" {pair.probability_difference['largest']:.3f} at most; logits by"
        f" {pair.logit_difference['mean']:.4f}, {pair.logit_difference['largest']:.3f}"
    )
    luck = pair.mcnemar
    yield (
        f"right alone: first {luck.only_first}, second {luck.only_second};"
        f" exact McNemar p = {luck.p:.3g}"
    )
    rows: list[tuple[str, ...]] = [("mood", "n", "recall", "recall", "F1", "F1")]
    rows.append(("", "", *("first", "second") * 2))
    rows += [
        (
            row.mood,
            f"{row.n}",
            *(f"{value:.1%}" for value in row.recall),
            *(f"{value:.3f}" for value in row.f1),
        )
        for row in pair.by_mood
    ]
    yield from columns(rows)


def speed_table(measured: Speed) -> str:
    """Medians, and what they are of a detection."""
    rows = [
        (
            "",
            "cpu ms",
            "median ms",
            "p95 ms",
            *(f"× {timing.what}" for timing in measured.detection),
        )
    ]
    for timing in measured.emotion:
        ratios = (f"{ratio:.2f}" for ratio in measured.ratios[timing.what].values())
        rows.append(
            (
                f"emotion in {timing.what}",
                f"{timing.cpu_ms:.3f}",
                f"{timing.median_ms:.3f}",
                f"{timing.p95_ms:.3f}",
                *ratios,
            )
        )
    for timing in measured.detection:
        blank = ("" for _ in measured.detection)
        rows.append(
            (
                timing.what,
                f"{timing.cpu_ms:.3f}",
                f"{timing.median_ms:.3f}",
                f"{timing.p95_ms:.3f}",
                *blank,
            )
        )
    where = "pinned to one core" if measured.one_core else "not pinned: one thread"
    title = f"bare invoke, {measured.rounds} interleaved rounds, {where}; ratios of cpu time"
    if measured.faces_found != 1:
        title += f"; the detector found {measured.faces_found} faces instead of one"
    return "\n".join([title, *columns(rows)])


def columns(rows: Sequence[Sequence[str]], left: int = 1) -> list[str]:
    """Lines with aligned columns, the first `left` of them to the left."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if place < left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
