"""One row per setting, read off `edge/config.py`, and the check of one value against its row."""

from __future__ import annotations

import difflib
import json
import math
import re
import tomllib
from collections.abc import Iterable
from types import MappingProxyType
from typing import Any, Final

import msgspec
from msgspec import inspect

from edge.config import Config
from edge.config.masked import without_secrets

Value = str | int | float | bool | tuple[str, ...]


class Wrong(Exception):  # noqa: N818 - never leaves the loading of the configuration
    """A value cannot be taken; the text ends a sentence that begins with key and value."""

    def __init__(self, text: str, place: int | None = None) -> None:
        super().__init__(text)
        self.place = place
        """Which element of a list is at fault."""


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to know about one setting."""

    section: str
    name: str
    kind: type
    """bool, int, float, str, or tuple for a list of texts."""
    default: Value
    explanation: str
    choices: tuple[str | int, ...] = ()
    low: float | None = None
    high: float | None = None
    shortest: int = 0
    longest: int | None = None
    pattern: str | None = None
    """What a text, or each text of a list, must match in full."""

    @property
    def key(self) -> str:
        return f"{self.section}.{self.name}"

    @property
    def range(self) -> str:
        """What may stand there, for a person: `0.5 to 30`, `match, lift or calm`."""
        if self.choices:
            return _alternatives(str(choice) for choice in self.choices)
        if self.kind is bool:
            return "true or false"
        if self.low is not None and self.high is not None:
            return f"{self.low:g} to {self.high:.10g}"
        if self.longest is not None:
            return f"{self.shortest} to {self.longest} characters"
        return ""


def _rows() -> Iterable[Setting]:
    config = inspect.type_info(Config)
    assert isinstance(config, inspect.StructType)  # noqa: S101 - it is declared so
    for section in config.fields:
        assert isinstance(section.type, inspect.StructType)  # noqa: S101 - likewise
        for field in section.type.fields:
            yield _row(section.name, field)


def _row(section: str, field: inspect.Field) -> Setting:
    kind = field.type
    explanation = ""
    while isinstance(kind, inspect.Metadata):
        explanation = (kind.extra_json_schema or {}).get("description", explanation)
        kind = kind.type
    common: dict[str, Any] = {
        "section": section,
        "name": field.name,
        "default": field.default,
        "explanation": explanation,
    }
    match kind:
        case inspect.BoolType():
            return Setting(**common, kind=bool)
        case inspect.IntType(ge=low, le=high):
            return Setting(**common, kind=int, low=low, high=high)
        case inspect.FloatType(ge=low, le=high):
            return Setting(**common, kind=float, low=low, high=high)
        case inspect.LiteralType(values=values):
            return Setting(**common, kind=type(values[0]), choices=_in_order(values, field.default))
        case inspect.StrType(min_length=shortest, max_length=longest, pattern=pattern):
            return Setting(
                **common, kind=str, shortest=shortest or 0, longest=longest, pattern=pattern
            )
        case inspect.VarTupleType(item_type=item):
            while isinstance(item, inspect.Metadata):
                item = item.type
            return Setting(**common, kind=tuple, pattern=getattr(item, "pattern", None))
    raise TypeError(f"{section}.{field.name} has a type that no check knows")


def _in_order(values: tuple[Any, ...], default: Any) -> tuple[Any, ...]:
    """msgspec sorts a Literal's values; the default goes first again, since it is the usual one."""
    return (default, *(value for value in values if value != default))


SETTINGS: Final = MappingProxyType({row.key: row for row in _rows()})
SECTIONS: Final = tuple(dict.fromkeys(row.section for row in SETTINGS.values()))


def shown(value: object) -> str:
    """A value as TOML would write it, on one line, cut where long, without a URL's password."""
    if isinstance(value, tuple | list):
        return "[" + ", ".join(shown(item) for item in value) + "]"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, bool | str):
        if isinstance(value, str):
            value = without_secrets(value)
            value = value if len(value) <= 300 else value[:299] + "…"
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int) and abs(value) >= 1 << 64:
        return hex(value)[:20] + "…"  # Python refuses to write out more than 4,300 digits
    return str(value)[:60]


def parse(setting: Setting, text: str) -> object:
    """The value that a text from the environment or the command line stands for; else Wrong."""
    if setting.kind is bool:
        words = {"true": True, "false": False, "1": True, "0": False}
        words |= {"yes": True, "no": False, "on": True, "off": False}
        return words.get(text.strip().lower(), text)
    if setting.kind is tuple:
        return _parse_list(text)
    try:
        if setting.kind is int:
            return int(text) if text.isascii() else text
        return float(text) if setting.kind is float and text.isascii() else text
    except ValueError:
        return text


def _parse_list(text: str) -> object:
    if not text.lstrip().startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    try:
        return tomllib.loads(f"list = {text}")["list"]
    except (tomllib.TOMLDecodeError, RecursionError):
        raise Wrong('is no list; write ["one", "two"], or one,two') from None


def checked(setting: Setting, value: object) -> Value:
    """The value as the configuration holds it, or Wrong with the bound and what to do."""
    if setting.choices:
        return _chosen(setting, value)
    if setting.kind is bool:
        if isinstance(value, bool):
            return value
        raise Wrong("is neither true nor false; write true or false, without quotes")
    if setting.kind in (int, float):
        return _number(setting, value)
    if setting.kind is tuple:
        return _list(setting, value)
    if setting.key == "camera.source" and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise Wrong("is not a text; put it in quotes")
    return _text(setting, value)


def _list(setting: Setting, value: object) -> Value:
    if not isinstance(value, list | tuple):
        raise Wrong('is not a list; write ["one", "two"]')
    items = []
    for place, item in enumerate(value):
        if not isinstance(item, str):
            raise Wrong(f"holds {shown(item)}, which is not a text; put it in quotes", place)
        try:
            items.append(_text(setting, item))
        except Wrong as wrong:
            raise Wrong(f"holds {shown(item)}, which {wrong}", place) from None
    return tuple(items)


def _chosen(setting: Setting, value: object) -> Value:
    for choice in setting.choices:
        if value == choice and type(value) is type(choice):
            return choice
    if setting.kind is int and isinstance(value, str):
        raise Wrong(f"is not a number; give {setting.range}, without quotes")
    near = nearest(str(value), [str(choice) for choice in setting.choices])
    hint = f"did you mean {near}, of" if near else "give"
    raise Wrong(f"is not known; {hint} {setting.range}")


def _number(setting: Setting, value: object) -> Value:
    what = "a whole number" if setting.kind is int else "a number"
    if setting.kind is float and isinstance(value, int) and not isinstance(value, bool):
        # An integer of hundreds of digits does not fit a float.
        value = float(min(max(value, -(1 << 53)), 1 << 53))
    if not isinstance(value, setting.kind) or isinstance(value, bool):
        digits = isinstance(value, str) and value.strip().lstrip("-").replace(".", "", 1).isdigit()
        quotes = ", without quotes" if digits else ""
        raise Wrong(f"is not {what}; give {what} from {setting.range}{quotes}")
    assert isinstance(value, int | float)  # noqa: S101 - that is what the kinds are
    if isinstance(value, float) and math.isnan(value):
        raise Wrong(f"is not a number; give one from {setting.range}")
    if setting.low is not None and value < setting.low:
        raise Wrong(f"is below {setting.low:g}; give {what} from {setting.range}")
    if setting.high is not None and value > setting.high:
        raise Wrong(f"is above {setting.high:.10g}; give {what} from {setting.range}")
    return value


def _text(setting: Setting, value: str) -> str:
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in value):
        raise Wrong("holds a control character; leave it out")
    if len(value) < setting.shortest:
        raise Wrong(f"is empty; give {setting.range or 'a text'}")
    if setting.longest is not None and len(value) > setting.longest:
        raise Wrong(f"has {len(value)} characters; give {setting.range}")
    if setting.pattern and not re.fullmatch(setting.pattern, value):
        raise Wrong("may only hold letters, digits, '-' and '_', 64 at most; leave out the rest")
    return value


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, if any is near."""
    lowered = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    return lowered[found[0]] if found else None


def _alternatives(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
