"""The page of all commands and settings, made of the table: `moodbox ctl --markdown`.

`python -m edge.ctl.page` writes it where it is kept; a test says when that is out of date.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from json import dumps
from pathlib import Path
from typing import Final

from edge.commands import ACTIONS, SETTINGS, Action, Argument, Setting
from edge.commands.codes import CODES
from edge.ctl.forms import natural
from edge.ctl.helped import example, examples, forms

KEPT: Final = Path(__file__).parents[1] / "commands" / "README.md"
_HEAD: Final = """# Commands and settings

Made of the table in `table.py` by `python -m edge.ctl.page`; change it there.

Each command can be given in a terminal, on the box's machine or with `--box ID` over the broker,
and over MQTT: a JSON object (or nothing) on `<prefix>/<id>/request/<command>`, answered on
`<prefix>/<id>/response/<command>`, or for all boxes of a group on
`<prefix>/group/<group>/request/<command>`. A key `transaction` may stand in every request and comes
back in its answer. `moodbox ctl COMMAND --help` says the same as this page; `--json` prints the
answer as it stands on MQTT.

In the examples the prefix is `moodbox` and the box `attic`.
"""
_PLAIN: Final = """## Plain values

What a dashboard sends to `<prefix>/<id>/<name>/set`: a word or digits, case-sensitive, without
blanks and not retained. Buttons take anything.
"""
_SETTINGS: Final = """## Settings

`settings.get` tells and `settings.set` changes those that outlast a restart; what was changed
stands above the configuration's value. In a terminal: `moodbox ctl settings`, and
`moodbox ctl set NAME=VALUE`.
"""
_ERRORS: Final = """## Errors

A refused request is answered with `"status": "error"` and `"error": {"code": …, "message": …}`, and
changes nothing; the message is one sentence that says what to do. Checked in this order:
"""


def page() -> str:
    """All of it."""
    parts = [_HEAD, "## Commands\n", _contents()]
    parts += [_command(action) for action in ACTIONS]
    parts += [_SETTINGS, _settings(), _PLAIN, _plain(), _ERRORS, _errors()]
    return "\n".join(parts)


# --- inside ---------------------------------------------------------------------------------------


def _contents() -> str:
    rows = [(f"[`{one.name}`](#{_anchor(one.name)})", one.about) for one in ACTIONS]
    return _table(("command", ""), rows)


def _command(action: Action) -> str:
    lines = [f"### {action.name}\n", f"{action.about}\n"]
    if action.settings:
        lines.append("The arguments are [settings](#settings), any number of them.\n")
    elif action.arguments:
        lines.append(
            _table(("argument", "takes", ""), [_argument(one) for one in action.arguments])
        )
    if action.forms:
        ways = (" and ".join(f"`{name}`" for name in form) or "nothing" for form in action.forms)
        lines.append(f"It takes {', or '.join(ways)}.\n")
    answer = f"`data` of the answer holds {_named(action.answer)}."
    lines.append(f"{answer} It changes nothing.\n" if action.query else f"{answer}\n")
    lines.append("```sh")
    lines += examples(action)
    lines += _published(action)
    lines.append("```\n")
    return "\n".join(lines)


def _named(answer: str) -> str:
    return ", ".join(f"`{key}`" for key in answer.split(", ")) if answer else "nothing"


def _argument(one: Argument) -> tuple[str, str, str]:
    name = f"`{one.name}`"
    return (f"{name}, needed" if one.required else name), one.takes(), one.about


def _published(action: Action) -> Iterator[str]:
    last = forms(action)[-1]
    payload = dumps(example(action, last), ensure_ascii=False)
    what = f"-m '{payload}'" if last else "-n"
    yield f"mosquitto_pub -t moodbox/attic/request/{action.name} {what}"
    if action.button:
        yield f"mosquitto_pub -t moodbox/attic/{action.name}/set -n"


def _settings() -> str:
    rows = [_setting(one) for one in SETTINGS]
    return _table(("setting", "takes", "", "configuration"), rows)


def _setting(one: Setting) -> tuple[str, ...]:
    about = one.about if one.lasting else f"{one.about} Not among `settings`: it ends by itself."
    return f"`{one.name}`", one.value.takes(), about, f"`{one.key}`" if one.key else ""


def _plain() -> str:
    rows = [(f"`{one.name}/set`", one.value.takes(), _shell(one)) for one in SETTINGS if one.plain]
    rows += [(f"`{one.name}/set`", "anything", _typed(one.name)) for one in ACTIONS if one.button]
    return _table(("topic", "takes", "in a terminal"), rows)


def _shell(one: Setting) -> str:
    return _typed(one.name, "VALUE")


def _typed(name: str, *words: str) -> str:
    return f"`{' '.join(('moodbox ctl', natural(name), *words))}`"


def _errors() -> str:
    return _table(("code", ""), [(f"`{code}`", about) for code, about in CODES.items()])


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [_row(header), _row(["---"] * len(header)), *map(_row, rows)]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _anchor(name: str) -> str:
    return name.replace(".", "")


if __name__ == "__main__":
    KEPT.write_text(page(), encoding="utf-8")
