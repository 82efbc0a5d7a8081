"""No error is told with a code that the table of codes does not know, and none is known in vain."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from edge.commands.codes import CODES

ROOT = Path(__file__).resolve().parents[2]


def told() -> Iterator[str]:
    """The codes of every `CommandError(…)`, `Problem(…)` and `_refused(…)` of the program."""
    for file in ROOT.glob("edge/**/*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            place = {"CommandError": 0, "_refused": 1}.get(node.func.id)
            named = [one.value for one in node.keywords if one.arg == "code"]
            if place is not None and len(node.args) > place:
                named.append(node.args[place])
            elif node.func.id != "Problem":
                continue
            yield from (str(one.value) for one in named if isinstance(one, ast.Constant))


def words() -> Iterator[str]:
    """Every text that stands alone in the program, but for the table's own."""
    for file in ROOT.glob("edge/**/*.py"):
        if file.name != "codes.py":
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


def test_every_code_is_known() -> None:
    assert set(told()) <= set(CODES)


def test_none_is_known_in_vain() -> None:
    assert set(CODES) <= set(words())


def test_they_stand_in_the_contracts_order() -> None:
    assert list(CODES) == [
        "too_large",
        "unknown_command",
        "bad_json",
        "bad_payload",
        "unknown_setting",
        "out_of_range",
        "not_found",
        "busy",
        "camera_unavailable",
        "audio_unavailable",
        "internal",
    ]
