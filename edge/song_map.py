"""Draws the collection on the plane of valence and arousal: for a terminal, and as SVG."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path

from edge.messages import MOODS, Mood, Track
from edge.mind.circumplex import PLACES

_LETTERS: dict[Mood | None, str] = {
    **{mood: mood[0] for mood in MOODS},
    "surprise": "u",
    None: ".",
}
_COLOURS: dict[Mood | None, str] = {
    "angry": "#b3321e",
    "disgust": "#6a7d2c",
    "fear": "#6b4a8f",
    "happy": "#d99a1c",
    "sad": "#3b6ea5",
    "surprise": "#c85a8a",
    "neutral": "#7a7a7a",
    None: "#bbbbbb",
}
_SIZE, _EDGE = 640, 50


def drawn(tracks: Sequence[Track], width: int = 79) -> str:
    """Lines of a terminal: one letter a cell, capital where five songs or more share it."""
    columns = max(21, min(width - 2, 101)) // 2 * 2 + 1
    rows = columns // 4 * 2 + 1
    cells: dict[tuple[int, int], list[Mood | None]] = {}
    for track in tracks:
        if track.valence is not None and track.arousal is not None:
            column = round((track.valence + 1) / 2 * (columns - 1))
            row = round((1 - track.arousal) / 2 * (rows - 1))
            cells.setdefault((row, column), []).append(track.mood)
    lines = [f"{'excited':^{columns}}".rstrip()]
    for row in range(rows):
        line = "".join(_cell(cells.get((row, column)), row, column, rows, columns)
                       for column in range(columns))  # fmt: skip
        lines.append(line.rstrip())
    lines.append(f"{'calm':^{columns}}".rstrip())
    lines.append(f"{'unpleasant':<{columns // 2}}{'pleasant':>{columns - columns // 2}}")
    counts = Counter(track.mood for track in tracks)
    lines.append(
        "  ".join(f"{_LETTERS[mood]} {mood} {counts[mood]}" for mood in MOODS)
        + f"  . unnamed {counts[None]}"
    )
    lines.append("A capital: five songs or more. Places that were only heard are rough.")
    return "\n".join(lines)


def _cell(moods: list[Mood | None] | None, row: int, column: int, rows: int, columns: int) -> str:
    if not moods:
        if row == rows // 2:
            return "+" if column == columns // 2 else "-"
        return "|" if column == columns // 2 else " "
    most = Counter(moods).most_common(1)[0][0]
    letter = _LETTERS[most]
    if len(moods) < 5:
        return letter
    return letter.upper() if letter != "." else ":"


def svg(tracks: Sequence[Track]) -> str:
    """The same as a picture, each song with its name, its mood and who says so."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIZE} {_SIZE}"'
        ' font-family="sans-serif" font-size="13">',
        f'<rect width="{_SIZE}" height="{_SIZE}" fill="white"/>',
        *_axes(),
    ]
    for track in tracks:
        if track.valence is None or track.arousal is None:
            continue
        x, y = _place(track.valence, track.arousal)
        title = track.title or Path(track.path).stem
        about = f"{title}, {track.artist or 'unknown'}: {track.mood or 'unnamed'}"
        about += f" by {track.mood_from}, give or take {track.spread or 0:.2f}"
        # The less is known of a place, the paler it is.
        sure = max(0.25, 0.95 - (track.spread or 0.5))
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{_COLOURS[track.mood]}"'
            f' fill-opacity="{sure:.2f}"><title>{escape(_plain(about))}</title></circle>'
        )
    for mood, (valence, arousal) in PLACES.items():
        x, y = _place(valence, arousal)
        parts.append(
            f'<text x="{x:.1f}" y="{y - 8:.1f}" fill="{_COLOURS[mood]}" text-anchor="middle"'
            f' font-weight="bold">{mood}</text>'
        )
    return "\n".join([*parts, "</svg>\n"])


def _axes() -> list[str]:
    middle, end = _SIZE / 2, _SIZE - _EDGE
    texts = (
        (middle, _EDGE - 14, "excited", "middle"),
        (middle, end + 24, "calm", "middle"),
        (_EDGE, middle - 8, "unpleasant", "start"),
        (end, middle - 8, "pleasant", "end"),
    )
    return [
        f'<path d="M{_EDGE} {middle}H{end}M{middle} {_EDGE}V{end}" stroke="#ccc"/>',
        f'<rect x="{_EDGE}" y="{_EDGE}" width="{end - _EDGE}" height="{end - _EDGE}"'
        ' fill="none" stroke="#ccc"/>',
        *(
            f'<text x="{x}" y="{y}" fill="#666" text-anchor="{anchor}">{text}</text>'
            for x, y, text, anchor in texts
        ),
    ]


def _place(valence: float, arousal: float) -> tuple[float, float]:
    inner = _SIZE - 2 * _EDGE
    return _EDGE + (valence + 1) / 2 * inner, _EDGE + (1 - arousal) / 2 * inner


def _plain(text: str) -> str:
    """Without control characters, which no XML may hold."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
