"""`moodbox ctl`: a subcommand for every row of the table of commands, made when it is called."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, MutableMapping
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from edge import cli_ctl_asked as asked
from edge.cli_config import JsonOption
from edge.cli_ctl_look import OWN
from edge.commands import ACTIONS, SETTINGS, Action, Argument, Setting
from edge.ctl import completing, helped
from edge.ctl.forms import flag, loose, natural

ACTIONS_BY_WORD: Final = {natural(one.name): one for one in ACTIONS}
HIDDEN: Final = {one.name: one for one in ACTIONS if natural(one.name) != one.name}
"""The names of the contract, where the terminal has better words."""
SETTINGS_BY_WORD: Final = {
    natural(one.name): one
    for one in SETTINGS
    if one.plain and natural(one.name) not in ACTIONS_BY_WORD
}
WORDS: Final = (*ACTIONS_BY_WORD, *SETTINGS_BY_WORD, *OWN, *HIDDEN)


def add(app: typer.Typer) -> None:
    """Make it a subcommand of `moodbox`."""
    app.add_typer(ctl, name="ctl")


class _Commands(MutableMapping[str, Any]):
    """The subcommands by word, each made when it is asked for."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}

    def __getitem__(self, word: str) -> Any:
        if word not in WORDS:
            raise KeyError(word)
        if word not in self._made:
            self._made[word] = _command(word)
        return self._made[word]

    def __setitem__(self, word: str, command: Any) -> None:
        self._made[word] = command

    def __delitem__(self, word: str) -> None:
        del self._made[word]

    def __iter__(self) -> Iterator[str]:
        return iter(WORDS)

    def __len__(self) -> int:
        return len(WORDS)


class _Group(TyperGroup):
    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands = _Commands()

    def list_commands(self, ctx: Any) -> list[str]:
        return list(WORDS)


ctl = typer.Typer(cls=_Group, no_args_is_help=True, rich_markup_mode="markdown", help=helped.CTL)


def _page(wanted: bool) -> None:
    if wanted:
        from edge.ctl.page import page

        typer.echo(page(), nl=False)
        raise typer.Exit


@ctl.callback()
def _ctl(
    ctx: typer.Context,
    box: asked.BoxOption = None,
    group: asked.GroupOption = None,
    json_: JsonOption = False,
    markdown: Annotated[
        bool,
        typer.Option(
            "--markdown", callback=_page, is_eager=True, help="Print the page of all commands."
        ),
    ] = False,
) -> None:
    """What stands before the command counts as well."""
    del markdown
    ctx.obj = asked.Whom(box=box, group=group, json_=json_)


# --- made of the table ----------------------------------------------------------------------------


def _command(word: str) -> Any:
    action = ACTIONS_BY_WORD.get(word) or HIDDEN.get(word)
    if action is not None:
        return typer.main.get_command(made_of(action, word))
    one = typer.Typer(add_completion=False, rich_markup_mode="markdown")
    if word in SETTINGS_BY_WORD:
        setting = SETTINGS_BY_WORD[word]
        one.command(
            word,
            help=helped.of_setting(setting),
            short_help=setting.about,
            rich_help_panel="Settings",
        )(_setting(setting))
    else:
        run, about = OWN[word]
        one.command(word, help=about, rich_help_panel="Look")(run)
    return typer.main.get_command(one)


def made_of(action: Action, word: str) -> typer.Typer:
    """An app with this one command."""
    one = typer.Typer(add_completion=False, rich_markup_mode="markdown")
    one.command(
        word,
        help=helped.of_action(action),
        short_help=action.about,
        # `-5` is a number, not an option.
        context_settings={"ignore_unknown_options": True} if _takes_negative(action) else None,
        rich_help_panel="Questions" if action.query else "Actions",
        hidden=word in HIDDEN,
    )(_asking(action))
    return one


def _takes_negative(action: Action) -> bool:
    return any(
        one.kind in {"integer", "number"} and (one.lowest is None or one.lowest < 0)
        for one in action.arguments
    )


def _asking(action: Action) -> Any:
    """The function that typer calls, with an option for each argument of the action."""
    options = {} if action.settings else {one.name: _option(one) for one in action.arguments}
    clears = [one.name for one in action.arguments if one.kind == "texts"]
    if clears:
        clear = typer.Option("--clear", help="Sends an empty list.")
        options["clear"] = (Annotated[bool, clear], False)

    def run(ctx: typer.Context, **given: Any) -> None:
        values = {name: given[name] for name in options}
        if values.pop("clear", False):
            values |= {name: [] for name in clears}
        words = given.get("words") or []
        asked.ask(ctx, given, action, words, values)

    parameters = {}
    if loose(action) or action.settings:
        words = typer.Argument(
            metavar=helped.bare(action),
            help=helped.of_words(action),
            autocompletion=completing.of(action),
        )
        parameters["words"] = (Annotated[list[str] | None, words], None)
    return _shaped(run, {**parameters, **options, **asked.SHARED})


def _setting(setting: Setting) -> Any:
    def run(ctx: typer.Context, **given: Any) -> None:
        asked.put(ctx, given, setting)

    argument = typer.Argument(
        metavar=f"[{helped.metavar(setting.value)}]",
        help=f"{setting.value.takes()}; without it, tells how it stands.",
        autocompletion=completing.of_value(setting.value),
    )
    return _shaped(run, {"value": (Annotated[str | None, argument], None), **asked.SHARED})


def _option(one: Argument) -> tuple[Any, Any]:
    if one.kind == "bool":
        return Annotated[bool, typer.Option(flag(one.name), help=one.about)], False
    option = typer.Option(
        flag(one.name),
        metavar=helped.metavar(one),
        help=f"{one.about} {helped.limits(one)}".strip(),
        autocompletion=completing.of_value(one),
    )
    if one.kind == "texts":
        return Annotated[list[str] | None, option], None
    return Annotated[str | None, option], None


def _shaped(run: Callable[..., None], wanted: dict[str, tuple[Any, Any]]) -> Any:
    """The function with the parameters that typer is to see."""
    context = inspect.Parameter(
        "ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )
    parameters = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
        )
        for name, (annotation, default) in wanted.items()
    ]
    shaped: Any = run
    shaped.__signature__ = inspect.Signature([context, *parameters])
    shaped.__annotations__ = {one.name: one.annotation for one in (context, *parameters)}
    return shaped
