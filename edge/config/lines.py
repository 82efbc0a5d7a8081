"""On which line each key of a TOML text stands, which tomllib does not tell."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from contextlib import suppress

KeyPath = tuple[str | int, ...]
"""Keys from the outermost inward; a number is a place in an array."""

_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
# A multi-line string may end in up to five quotes, of which the last three close it.
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?!")'
    r"|'''.*?'''(?!')"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}\n#]*")


class _Stopped(Exception):  # noqa: N818 - a way out of nested calls, no error
    """The text is not TOML from here on."""


def key_lines(text: str) -> dict[KeyPath, int]:
    """The line (from 1) where each key, table and array element of `text` first stands.

    The text should be valid TOML; of a broken one the keys before the break are returned.
    """
    scanner = _Scanner(text)
    with suppress(_Stopped, RecursionError):
        scanner.document()
    return scanner.lines


class _Scanner:
    def __init__(self, text: str) -> None:
        self.lines: dict[KeyPath, int] = {}
        self._text = text
        self._at = 0
        self._breaks = [match.start() for match in re.finditer("\n", text)]
        self._array_tables: dict[KeyPath, int] = {}

    def document(self) -> None:
        table: KeyPath = ()
        self._skip(_GAP)
        while self._at < len(self._text):
            if self._peek("["):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_GAP)

    def _header(self) -> KeyPath:
        opened = "[[" if self._peek("[[") else "["
        line = self._line()
        self._take(opened)
        path: KeyPath = ()
        keys = self._keys()
        for depth, key in enumerate(keys):
            path += (key,)
            self._note(path, line)
            if opened == "[[" and depth == len(keys) - 1:
                self._array_tables[path] = self._array_tables.get(path, -1) + 1
            if path in self._array_tables:
                path += (self._array_tables[path],)
                self._note(path, line)
        self._take("]" * len(opened))
        return path

    def _pair(self, table: KeyPath) -> None:
        line = self._line()
        path = table
        for key in self._keys():
            path += (key,)
            self._note(path, line)
        self._take("=")
        self._skip(_BLANK)
        self._value(path)

    def _keys(self) -> list[str]:
        keys = []
        while True:
            self._skip(_BLANK)
            token = self._skip(_KEY)
            if not token:
                raise _Stopped
            keys.append(_plain(token))
            self._skip(_BLANK)
            if not self._peek("."):
                return keys
            self._take(".")

    def _value(self, path: KeyPath) -> None:
        if self._peek("["):
            self._array(path)
        elif self._peek("{"):
            self._inline_table(path)
        elif self._peek('"') or self._peek("'"):
            if not self._skip(_STRING):
                raise _Stopped
        elif not self._skip(_SCALAR):
            raise _Stopped

    def _array(self, path: KeyPath) -> None:
        self._take("[")
        place = 0
        self._skip(_GAP)
        while not self._peek("]"):
            self._note((*path, place), self._line())
            self._value((*path, place))
            place += 1
            self._skip(_GAP)
            if not self._peek("]"):
                self._take(",")
                self._skip(_GAP)
        self._take("]")

    def _inline_table(self, path: KeyPath) -> None:
        self._take("{")
        self._skip(_GAP)
        while not self._peek("}"):
            self._pair(path)
            self._skip(_GAP)
            if not self._peek("}"):
                self._take(",")
                self._skip(_GAP)
        self._take("}")

    def _note(self, path: KeyPath, line: int) -> None:
        self.lines.setdefault(path, line)

    def _line(self) -> int:
        return bisect_right(self._breaks, self._at - 1) + 1

    def _peek(self, start: str) -> bool:
        return self._text.startswith(start, self._at)

    def _take(self, expected: str) -> None:
        if not self._peek(expected):
            raise _Stopped
        self._at += len(expected)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            return ""
        self._at = match.end()
        return match.group()


def _plain(token: str) -> str:
    """The key that a bare or quoted token stands for."""
    if token[0] not in "\"'":
        return token
    try:
        value: str = tomllib.loads(f"key = {token}")["key"]
    except tomllib.TOMLDecodeError:
        raise _Stopped from None
    return value
