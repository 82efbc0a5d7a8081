"""The kinds of values that arguments and settings take, and the check of one value."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Literal

from edge.errors import CommandError
from edge.languages import ISO_639_1
from edge.messages import Value

Kind = Literal["word", "text", "texts", "integer", "number", "bool", "clock", "time"]

LANGUAGES: Final = ("any", *sorted(ISO_639_1))
LANGUAGE_HINT: Final = "any or an ISO 639-1 code such as hi"
_SHOWN: Final = 40
_MANY: Final = 12
"""More words than these are not listed."""
_CLOCK: Final = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_EXACT: Final = 2.0**53
"""Beyond this a JSON number is no exact integer any more; none that we take is as large."""


class Argument(Value, frozen=True):
    """One named value of a request, or a setting's."""

    name: str
    kind: Kind
    about: str = ""
    """What it does, in a few words."""
    words: tuple[str, ...] = ()
    lowest: float | None = None
    highest: float | None = None
    longest: int | None = None
    """Characters of a text; how many texts there may be."""
    shortest: int = 0
    nullable: bool = False
    required: bool = False
    hint: str = ""
    """What to send, where the words are too many to list."""

    def takes(self) -> str:
        """What may be sent, in a few words."""
        words = _TAKES[self.kind](self)
        return f"{words} or null" if self.nullable else words

    def check(self, value: Any) -> Any:
        """The value as the mind wants it; CommandError `bad_payload` or `out_of_range`."""
        if value is None and self.nullable:
            return None
        try:
            return _CHECKS[self.kind](self, value)
        except _TypeWrong:
            raise CommandError(
                "bad_payload", f"{self.name} takes {self.takes()}; {shown(value)} is refused."
            ) from None
        except _RangeWrong:
            raise CommandError(
                "out_of_range", f"{self.name} takes {self.takes()}; {shown(value)} is outside."
            ) from None


def word(name: str, about: str, words: tuple[str, ...], hint: str = "") -> Argument:
    """An argument that takes one of these words."""
    return Argument(name=name, kind="word", about=about, words=words, hint=hint)


class _TypeWrong(Exception):  # noqa: N818 - never leaves this file
    pass


class _RangeWrong(Exception):  # noqa: N818 - never leaves this file
    pass


def shown(value: Any) -> str:
    """A JSON value for a sentence: short, and what it is where it is no plain one."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = repr(value) if isinstance(value, str) else f"{value:.17g}"
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _word(argument: Argument, value: Any) -> str:
    if isinstance(value, str) and value in argument.words:
        return value
    raise _TypeWrong


def _text(argument: Argument, value: Any) -> str:
    if not isinstance(value, str) or not _encodes(value):
        raise _TypeWrong
    if len(value) < argument.shortest or len(value) > (argument.longest or len(value)):
        raise _TypeWrong
    if argument.longest is not None and any(ord(c) < 32 or ord(c) == 127 for c in value):
        raise _TypeWrong  # the configuration would refuse it after a restart
    return value


def _encodes(text: str) -> bool:
    """Half of a surrogate pair is JSON, but no text that could be stored or told."""
    return not any("\ud800" <= c <= "\udfff" for c in text)


def _texts(argument: Argument, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _TypeWrong
    if argument.longest is not None and len(value) > argument.longest:
        raise _RangeWrong
    return tuple(value)


def _integer(argument: Argument, value: Any) -> int:
    number = _number(argument, value, whole=True)
    return int(number)


def _number(argument: Argument, value: Any, whole: bool = False) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _TypeWrong
    # 40.0 is 40, as JSON knows numbers only; a huge number is whole as well.
    if whole and isinstance(value, float) and abs(value) < _EXACT and not value.is_integer():
        raise _TypeWrong
    if argument.lowest is not None and value < argument.lowest:
        raise _RangeWrong
    if argument.highest is not None and value > argument.highest:
        raise _RangeWrong
    return max(-_EXACT, min(_EXACT, value))


def _bool(_argument: Argument, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise _TypeWrong


def _clock(_argument: Argument, value: Any) -> str:
    if isinstance(value, str) and _CLOCK.fullmatch(value):
        return value
    raise _TypeWrong


def _time(_argument: Argument, value: Any) -> float:
    """As seconds since 1970."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise _TypeWrong
    try:
        return datetime.fromisoformat(value.upper()).timestamp()
    except (ValueError, OverflowError):
        raise _TypeWrong from None


_CHECKS: Final[dict[str, Callable[[Argument, Any], Any]]] = {
    "word": _word,
    "text": _text,
    "texts": _texts,
    "integer": _integer,
    "number": _number,
    "bool": _bool,
    "clock": _clock,
    "time": _time,
}


def _takes_word(argument: Argument) -> str:
    few = len(argument.words) <= _MANY
    return " | ".join(argument.words) if few and not argument.hint else argument.hint


def _takes_text(argument: Argument) -> str:
    if argument.longest is None:
        return "a text"
    return f"a text of {argument.shortest} to {argument.longest} characters, no control characters"


def _takes_number(argument: Argument) -> str:
    what = "a whole number" if argument.kind == "integer" else "a number"
    low, high = argument.lowest, argument.highest
    if low is None:
        return what
    return f"{what} from {low:g} to {high:.10g}" if high is not None else f"{what} from {low:g} on"


_TAKES: Final[dict[str, Callable[[Argument], str]]] = {
    "word": _takes_word,
    "text": _takes_text,
    "texts": lambda argument: f"a list of at most {argument.longest} texts",
    "integer": _takes_number,
    "number": _takes_number,
    "bool": lambda _argument: "true or false",
    "clock": lambda _argument: "a time of the day such as 22:30",
    "time": lambda _argument: "a time such as 2026-11-20T22:38:00Z",
}
