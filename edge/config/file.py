"""The TOML file as tables with line numbers, and every way in which it can be no TOML."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from edge.config.lines import KeyPath, key_lines

LARGEST = 1 << 20
"""A configuration of more than 1 MiB is a mistake in the path."""

_WHERE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class FileContent(msgspec.Struct, frozen=True):
    """What a configuration file says."""

    path: Path
    tables: Mapping[str, Any] = {}
    problems: tuple[str, ...] = ()
    lines: Mapping[KeyPath, int] = {}
    broken: frozenset[str] = frozenset()
    """Keys whose lines were no TOML and were left out."""

    def place(self, *keys: str | int) -> str:
        """File and line of a key, as sentences begin."""
        return f"{self.path}:{self.lines.get(keys, 1)}"


def read(path: Path) -> FileContent:
    """The content of the file; what is wrong with it is in `problems`, nothing is raised."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        return _problem(path, "", "there is no such file; give the path of one that exists")
    except IsADirectoryError:
        return _problem(path, "", "is a folder; give the path of a file")
    except OSError as error:
        return _problem(path, "", f"cannot be read ({error.strerror}); mend its permissions")
    if len(data) > LARGEST:
        return _problem(path, "", "has more than 1 MiB; give a configuration file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return _problem(path, f":{line}", "is not UTF-8; save the file as UTF-8")
    return parse(path, text.replace("\r\n", "\n"))


def parse(path: Path, text: str) -> FileContent:
    """Read the text; a line that is broken by itself is reported and left out, to see the rest."""
    problems: list[str] = []
    broken: set[str] = set()
    lines = text.split("\n")
    while True:
        text = "\n".join([*lines, ""])
        try:
            tables = tomllib.loads(text)
        except RecursionError:
            return _problem(path, "", "is nested too deeply; a setting needs no such value")
        except tomllib.TOMLDecodeError as error:
            number, message = _diagnosis(str(error), lines)
            problems.append(f"{path}:{number}: {message}.")
            if not _broken_alone(lines[number - 1]):
                return FileContent(path, problems=tuple(problems))
            broken.add(lines[number - 1].partition("=")[0].strip())
            lines[number - 1] = ""
        except ValueError:  # Python's own limit, which tells no line
            return _problem(path, "", "holds a number of thousands of digits; write a smaller one")
        else:
            return FileContent(path, tables, tuple(problems), key_lines(text), frozenset(broken))


def _diagnosis(error: str, lines: list[str]) -> tuple[int, str]:
    """The line that is at fault, and what to do about it."""
    found = _WHERE.search(error)
    number = min(int(found[1]), len(lines)) if found and found[1] else len(lines)
    cause = _WHERE.sub("", error)
    line = lines[number - 1].strip()
    if cause.startswith("Cannot declare"):
        return number, f"{line} stands here a second time; put its keys below the first one"
    if cause.startswith("Cannot overwrite"):
        key = line.partition("=")[0].strip()
        return number, f"{key} stands here a second time; keep one of the two lines"
    key, equals, value = (part.strip() for part in line.partition("="))
    if equals and value.partition("#")[0].strip() in ("True", "False", "yes", "no", "on", "off"):
        return number, f"{key} = {value} is no TOML; write true or false, in small letters"
    if equals and value[:1].isalpha():
        # The text itself is not repeated: it might be a password.
        return number, f'{key} has a text without quotes; write {key} = "…"'
    if equals and not value:
        return number, f"{key} has no value; write one after the ="
    if cause.startswith("Expected '=' after"):
        return number, "there is no = after the key; write it as key = value"
    if cause.startswith(("Illegal character '\\n'", "Unterminated string", "Expected \"'")):
        return number, "a text is not closed; end it with the quote that it began with"
    if cause.startswith("Unclosed array"):
        return number, "an array is not closed before this line; end it with ]"
    cause = cause[:1].lower() + cause[1:]
    return number, f"this is not TOML ({cause}); mend this line or the one before"


def _broken_alone(line: str) -> bool:
    """Whether this `key = value` can be left out without changing what the lines after it mean.

    A line that can be read alone is at fault only for what stands around it, and an open
    bracket or a header governs what follows: there, one sentence is better than ten false ones.
    """
    key, equals, value = line.partition("=")
    if not equals or key.strip()[:1] in ("", "[", "#"):
        return False
    if '"""' in value or "'''" in value or value.lstrip()[:1] in ("[", "{"):
        return False
    try:
        tomllib.loads(line)
    except (ValueError, RecursionError):
        return True
    return False


def _problem(path: Path, line: str, message: str) -> FileContent:
    return FileContent(path, problems=(f"{path}{line}: {message}.",))
