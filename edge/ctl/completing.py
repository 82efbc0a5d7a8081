"""What the shell may complete: words of the table, names of settings, titles of the running box."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Final

import typer

from edge.commands import Action, Argument
from edge.ctl.forms import SONGS, loose
from edge.ctl.quick import COMPLETES
from edge.errors import MoodboxError

Complete = Callable[[typer.Context, str], Iterable[tuple[str, str]]]
_MOST: Final = 20
_SHORTEST: Final = 2
"""Letters of a title, before the box is asked."""


def of(action: Action) -> Complete:
    """For the bare words of a command."""

    def complete(_ctx: typer.Context, incomplete: str) -> Iterable[tuple[str, str]]:
        if action.settings:
            yield from _assignments(action, incomplete)
        for one in loose(action):
            yield from _values(one, incomplete)

    return complete


def of_value(argument: Argument) -> Complete:
    """For the value of one option or setting."""

    def complete(_ctx: typer.Context, incomplete: str) -> Iterable[tuple[str, str]]:
        return _values(argument, incomplete)

    return complete


def _assignments(action: Action, incomplete: str) -> Iterable[tuple[str, str]]:
    name, equals, begun = incomplete.partition("=")
    for one in action.arguments:
        if not equals and one.name.startswith(name):
            yield f"{one.name}=", one.about
        elif equals and one.name == name:
            yield from ((f"{name}={value}", about) for value, about in _values(one, begun))


def _values(one: Argument, incomplete: str) -> Iterable[tuple[str, str]]:
    if one.name in SONGS:
        return _songs(incomplete)
    words = {"word": one.words, "bool": ("true", "false")}.get(one.kind, ())
    more = ("null",) if one.nullable else ()
    return [(word, one.about) for word in (*words, *more) if word.startswith(incomplete)]


def _songs(incomplete: str) -> Iterable[tuple[str, str]]:
    """Titles, as they go on from what is typed; none where no box answers at once."""
    from edge.ctl.here import Here, usual_socket
    from edge.ctl.words import song

    begun = incomplete.replace("\\", "")
    if len(begun) < _SHORTEST:
        return
    try:
        with Here(usual_socket(os.environ)) as here:
            (answer,) = here.ask("search", {"query": begun, "n": _MOST})
    except MoodboxError:
        return
    for one in answer.get("data", {}).get("items", ()):
        title = one["title"] or ""
        if title.casefold().startswith(begun.casefold()):
            yield incomplete + _escaped(title[len(begun) :]), song(one)


def _escaped(text: str) -> str:
    """bash takes what it is given as it stands; the other shells quote it themselves."""
    return text.replace(" ", "\\ ") if os.environ.get(COMPLETES, "").endswith("bash") else text
