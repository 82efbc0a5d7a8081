"""One command from its words to its exit status, whoever has read the words."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from io import TextIOWrapper
from typing import Any, Final

from edge.commands import Action, Setting
from edge.ctl import forms, tool
from edge.ctl.way import Way
from edge.errors import CommandError, MoodboxError

WRONG_USE: Final = 2
_INTERRUPTED: Final = 130
Open = Callable[[], Way]


def ask(
    open_way: Open, action: Action, words: Sequence[str], options: Mapping[str, Any], *, json: bool
) -> int:
    """Send one request, and tell what came of it."""
    try:
        arguments = forms.arguments(action, words, options, datetime.now().astimezone())
    except CommandError as error:
        print(error, file=sys.stderr)
        return WRONG_USE
    return _ended(
        open_way,
        lambda way: tool.request(way, action, arguments, sys.stdout, sys.stderr, json=json),
    )


def put(open_way: Open, setting: Setting, text: str | None, *, json: bool) -> int:
    """Change one setting; without a text tell how it stands."""
    try:
        if text is not None:
            setting.value.check(forms.value_of(setting.value, text))
    except CommandError as error:
        print(error, file=sys.stderr)
        return WRONG_USE
    return _ended(
        open_way, lambda way: tool.plain(way, setting, text, sys.stdout, sys.stderr, json=json)
    )


def _ended(open_way: Open, work: Callable[[Way], int]) -> int:
    """A tool's ends: one sentence and 1 for what is wrong, 130 for Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")  # JSON is, in every locale
    try:
        with open_way() as way:
            return work(way)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except MoodboxError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read our answers has gone; Python would complain once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
