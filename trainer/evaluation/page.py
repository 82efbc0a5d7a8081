"""The report as one HTML file: no script, nothing fetched, no person's picture."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib import resources
from pathlib import Path

from trainer.evaluate import Evaluation
from trainer.evaluation import plots
from trainer.evaluation.comparison import Comparison, HeadPair
from trainer.evaluation.figures import Figures
from trainer.evaluation.robustness import Robustness
from trainer.evaluation.speed import Speed
from trainer.evaluation.text import TRUTHS, detailed, temperatures

VALIDATION = "PublicTest chooses among networks and epochs: these are validation figures."
TRAINING = "The network was taught with these faces: these figures say nothing about new ones."


def write(measured: Evaluation, path: Path) -> None:
    """The report at `path`; a kill leaves the old one or the new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(page(measured), encoding="utf-8")
    part.replace(path)


def page(measured: Evaluation) -> str:
    """The whole report."""
    style = resources.files("trainer.evaluation").joinpath("page.css").read_text(encoding="utf-8")
    shown = detailed(measured.figures)
    parts = [_summary(measured, shown), _every_head(measured)]
    parts += [_head(part) for part in shown]
    if measured.robustness is not None:
        parts.append(_robustness(measured.robustness))
    if measured.against is not None:
        parts.append(_comparison("Beside another model", measured.against))
    if measured.runtimes is not None:
        parts.append(_comparison("In both runtimes", measured.runtimes))
    if measured.speed is not None:
        parts.append(_speed(measured.speed))
    title = f"{measured.model} on {measured.split}"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def _summary(measured: Evaluation, shown: Sequence[Figures]) -> str:
    warn = {"PublicTest": VALIDATION, "Training": TRAINING}.get(measured.split, "")
    about = (
        f"{measured.faces} faces, in {measured.runtime}; {temperatures(measured)}. {warn}"
    ).strip()
    tiles = []
    for part in shown:
        row, (low, high) = part.metric, part.interval
        tiles.append(
            f'<div class="tile">{escape(row.head)} against {TRUTHS[row.truth]}'
            f"<b>{row.accuracy:.1%}</b>"
            f'<span class="soft">{low:.1%}–{high:.1%} with 95 %, n = {row.n};'
            f" macro F1 {row.macro_f1:.3f}, ECE {row.ece:.3f}</span></div>"
        )
    hashes = f"model {measured.sha256[:16]}…"
    if measured.data_sha256:
        hashes += f", data {measured.data_sha256[:16]}…"
    return (
        f"<h1>{escape(measured.model)} on {measured.split}</h1>\n<p>{escape(about)}</p>\n"
        f'<div class="tiles">{"".join(tiles)}</div>\n<p class="soft">SHA-256: {hashes}</p>'
    )


def _every_head(measured: Evaluation) -> str:
    rows = []
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
                f"{believed.ece_raw:.3f}",
                f"{believed.ece:.3f}",
            )
        )
    titles = ("head", "truth", "n", "accuracy", "95 % of", "macro F1", "ECE at T = 1", "ECE")
    return (
        "<h2>Each head against each truth</h2>\n"
        + table(titles, rows, words=2)
        + '<p class="soft">FER+ majority: one of the seven moods has more than half of the votes.'
        " The calibration error (ECE) against it compares the confidence with the share of votes"
        " that the answer got, over all faces with votes; a temperature moves it and nothing"
        " else.</p>"
    )


def _head(part: Figures) -> str:
    rows = [
        (row.mood, f"{row.n}", f"{row.precision:.1%}", f"{row.recall:.1%}", f"{row.f1:.3f}")
        for row in part.by_mood
    ]
    confidence = [
        (f"{b.low:.2f}–{b.high:.2f}", f"{b.n}", f"{b.confidence:.3f}", f"{b.right:.3f}")
        for b in part.calibration.bins
        if b.confidence is not None
    ]
    what = "share of votes" if part.calibration.compared_with == "votes" else "share right"
    drawn = (
        figure("What was read as what", plots.confusion(part)),
        figure("Recall and precision", plots.by_mood(part)),
        figure("How far its confidence can be believed", plots.reliability(part)),
    )
    return (
        f"<h2>{part.metric.head} against {TRUTHS[part.metric.truth]}</h2>\n"
        f'<div class="plots">{"".join(drawn)}'
        f"<div><h3>By mood</h3>{table(('mood', 'n', 'precision', 'recall', 'F1'), rows)}</div>"
        f"<div><h3>By confidence</h3>"
        f"{table(('confidence', 'faces', 'mean', what), confidence)}</div></div>"
    )


def _robustness(measured: Robustness) -> str:
    heads = list(measured.truths)
    rows = []
    for one in measured.conditions:
        cells = [
            cell
            for head in heads
            for cell in (f"{one.accuracy[head]:.1%}", f"{one.drop[head] * 100:.1f}")
        ]
        rows.append((one.damage, one.strength, *cells))
    titles = ("damage", "strength", *(cell for head in heads for cell in (head, "lost")))
    truths = ", ".join(f"{head} against {TRUTHS[truth]}" for head, truth in measured.truths.items())
    return (
        "<h2>On damaged faces</h2>\n"
        f"<p>Accuracy of {truths}. The damage is done to the 48 × 48 grey face, the same for every"
        f' model; "lost" is in points.</p>\n<div class="plots">'
        f"{figure('Accuracy lost', plots.drops(measured))}"
        f"<div>{table(titles, rows, words=2)}</div></div>"
    )


def _comparison(title: str, both: Comparison) -> str:
    alike = "All logits are the same bit for bit." if both.bit_for_bit else ""
    return (
        f"<h2>{title}</h2>\n<p>First: {escape(both.first)}. Second: {escape(both.second)}."
        f" {alike}</p>\n" + "\n".join(_pair(pair) for pair in both.heads)
    )


def _pair(pair: HeadPair) -> str:
    luck, gap = pair.mcnemar, pair.probability_difference
    rows = [
        (row.mood, f"{row.n}", *(f"{v:.1%}" for v in row.recall), *(f"{v:.3f}" for v in row.f1))
        for row in pair.by_mood
    ]
    accuracy = (f"{value:.2%}" for value in pair.accuracy)
    rows.append(("all", f"{pair.n}", *accuracy, *(f"{value:.3f}" for value in pair.macro_f1)))
    titles = ("mood", "n", "recall, first", "second", "F1, first", "second")
    return (
        f"<h3>{pair.head} against {TRUTHS[pair.truth]}</h3>\n"
        f"<p>The same answer for {pair.same_answers:.2%} of all faces; probabilities differ by"
        f" {gap['mean']:.4f} in the mean, {gap['largest']:.3f} at most. Right alone: the first on"
        f" {luck.only_first}, the second on {luck.only_second} faces; exact McNemar"
        f" p = {luck.p:.3g}.</p>\n{table(titles, rows)}"
    )


def _speed(measured: Speed) -> str:
    titles = (
        "",
        "processor, ms",
        "median",
        "95 % below",
        *(f"× {one.what}" for one in measured.detection),
    )
    rows = [
        (
            f"emotion in {one.what}",
            f"{one.cpu_ms:.3f}",
            f"{one.median_ms:.3f}",
            f"{one.p95_ms:.3f}",
            *(f"{ratio:.2f}" for ratio in measured.ratios[one.what].values()),
        )
        for one in measured.emotion
    ]
    rows += [
        (
            one.what,
            f"{one.cpu_ms:.3f}",
            f"{one.median_ms:.3f}",
            f"{one.p95_ms:.3f}",
            *("" for _ in measured.detection),
        )
        for one in measured.detection
    ]
    where = "pinned to one core" if measured.one_core else "in one thread, not pinned"
    return (
        f"<h2>Time for one face</h2>\n<p>Bare invoke, {measured.rounds} interleaved rounds,"
        f" {where}.</p>\n{table(titles, rows)}"
    )


def figure(caption: str, svg: str) -> str:
    """One plot with its title."""
    return f"<figure><figcaption>{escape(caption)}</figcaption>{svg}</figure>"


def table(titles: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1) -> str:
    """A table that scrolls by itself where it is too wide; `words` columns are left-aligned."""
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        f'<div class="wide"><table class="words1 words{words}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>\n"
    )
