"""Every key that tomllib reads is found on the line where it stands."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from edge.config.lines import KeyPath, key_lines


def leaves(value: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Every key and place that tomllib found."""
    inner: Any = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    for key, part in inner:
        yield (*path, key)
        yield from leaves(part, (*path, key))


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("a = 1", ("a",), 1),
        ("\n# x = 1\n\na = 1", ("a",), 4),
        ("a = 1\r\nb = 2\r\n", ("b",), 2),
        ("[mqtt]\nhost = 'x'\n", ("mqtt",), 1),
        ("[mqtt]\nhost = 'x'\n", ("mqtt", "host"), 2),
        ("  [ mqtt ]  # here\n\thost='x'", ("mqtt", "host"), 2),
        ("mqtt.host = 1\nmqtt.port = 2", ("mqtt", "port"), 2),
        ("mqtt.host = 1\nmqtt.port = 2", ("mqtt",), 1),
        ('"mq\\u0074t"."ho st" = 1', ("mqtt", "ho st"), 1),
        ("'a.b' = 1\na . b = 2", ("a", "b"), 2),
        ("[a]\n[a.b]\n[a.'c.d']\ne = 1", ("a", "c.d", "e"), 4),
        ("m = { host = 'x', port = 1, t = {u = 2} }", ("m", "t", "u"), 1),
        ("a = [\n 1, # one\n # two\n 2\n]\nb = 1", ("a", 1), 4),
        ("a = [\n 1,\n 2\n]\nb = 1", ("b",), 5),
        ("a = [[1, 2],\n [3]]\nb = 1", ("a", 1, 0), 2),
        ("a = [ {b = 1},\n {b = 2} ]", ("a", 1, "b"), 2),
        ('a = """\nb = 1\n"""\nb = 2', ("b",), 4),
        ("a = '''\nb = 1\n[c]'''\nb = 2", ("b",), 4),
        ('a = """x\\"""" \nb = 2', ("b",), 2),
        ('a = """"x"""""\nb = 2', ("b",), 2),
        ("a = ''''x'''''\nb = 2", ("b",), 2),
        ('a = "# no comment"\nb = "]"\nc = 1', ("c",), 3),
        ('a = ["]", "#", "\\""]\nb = 1', ("b",), 2),
        ("[[t]]\nk = 1\n[[t]]\nk = 2", ("t", 1, "k"), 4),
        ("[[t]]\n[[t.u]]\nk = 1\n[[t]]\n[[t.u]]\n[t.u.v]\nk = 2", ("t", 1, "u", 0, "v", "k"), 7),
        ("a = 1979-05-27 07:32:00 # x\nb = 1", ("b",), 2),
        ("a = -inf\nb = 0x_1", ("a",), 1),
        ("1 = 2\n-_- = 3", ("-_-",), 2),
    ],
)
def test_finds_the_line(text: str, path: KeyPath, line: int) -> None:
    assert key_lines(text)[path] == line


@pytest.mark.parametrize(
    "text",
    ["a = 1\n[b", "a = 1\nb = ", 'a = 1\nb = "x', "a = 1\n= 3", "a = 1\nb = [1,", "a = 1\n]"],
)
def test_tells_what_stands_before_a_break(text: str) -> None:
    assert key_lines(text)[("a",)] == 1


def test_deep_nesting_is_survived() -> None:
    assert key_lines("a = 1\nb = " + "[" * 100_000)[("a",)] == 1


bare = st.text("abcXYZ019_-", min_size=1, max_size=5)
anything = st.text(
    st.characters(codec="utf-8", max_codepoint=0xFFFF, exclude_characters="\r"), max_size=6
)
gaps = st.sampled_from(["", " ", "\t", "  "])


@st.composite
def keys(draw: st.DrawFn) -> str:
    plain = draw(st.one_of(bare, anything))
    if plain and all(letter in "abcXYZ019_-" for letter in plain) and draw(st.booleans()):
        return plain
    return quoted(plain)


def quoted(text: str) -> str:
    return json.dumps(text).replace("\x7f", "\\u007f")


def literal(text: str) -> str:
    return "".join(c for c in text if c == "\t" or (c >= " " and c not in "'\x7f"))


strings = st.one_of(
    anything.map(quoted),
    anything.map(lambda text: f"'{literal(text)}'"),
    anything.map(lambda text: f"'''\n{literal(text)}\n''\n'''"),
    anything.map(lambda text: f'"""{literal(text)}"'.replace("\\", "") + '\n#x = [1]\n"""'),
)
scalars = st.one_of(
    st.integers(-(10**9), 10**9).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda number: f"{number:.3f}"),
    st.sampled_from(["true", "false", "1979-05-27T07:32:00Z", "07:32:00", "nan", "1e3", "0xff"]),
    strings,
)
comments = st.sampled_from(["", "", " # x", "# [a]", "#]", "# k = 1"])


@st.composite
def arrays(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    text = "["
    for item in draw(st.lists(inner, max_size=3)):
        gap = draw(st.sampled_from(["", " ", "\n", " # ,\n\t"]))
        text += f"{gap}{item}{draw(st.sampled_from(['', ' ', chr(10)]))},"
    return text + draw(st.sampled_from(["]", "\n]", " #]\n]"]))


@st.composite
def inline_tables(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    names = draw(st.lists(bare, max_size=3, unique=True))
    return "{" + ", ".join(f"{name} ={draw(inner)}" for name in names) + "}"


values = st.recursive(
    scalars, lambda inner: st.one_of(arrays(inner), inline_tables(inner)), max_leaves=8
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    lines = []
    for _ in range(draw(st.integers(0, 8))):
        kind = draw(st.sampled_from(["pair", "pair", "pair", "blank", "table", "tables"]))
        dot = draw(gaps) + "." + draw(gaps)
        name = dot.join(draw(st.lists(keys(), min_size=1, max_size=3)))
        if kind == "pair":
            lines.append(f"{draw(gaps)}{name}{draw(gaps)}={draw(gaps)}{draw(values)}")
        elif kind == "table":
            lines.append(f"{draw(gaps)}[{draw(gaps)}{name}{draw(gaps)}]")
        elif kind == "tables":
            lines.append(f"[[{name}]]")
        else:
            lines.append("")
        lines[-1] += draw(comments)
    return "\n".join(lines)


@settings(max_examples=200, deadline=None)
@given(documents())
def test_finds_exactly_the_keys_of_tomllib(text: str) -> None:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        key_lines(text)  # must end, and raise nothing
        return
    lines = key_lines(text)
    assert set(lines) == set(leaves(content))
    count = text.count("\n") + 1
    assert all(1 <= line <= count for line in lines.values())


def is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(bare, values, comments), max_size=8, unique_by=lambda pair: pair[0]))
def test_counts_the_lines_of_values(pairs: list[tuple[str, str, str]]) -> None:
    text, expected = "", {}
    for name, value, comment in pairs:
        expected[(name,)] = text.count("\n") + 1
        text += f"{name} = {value}{comment}\n"
    assume(is_toml(text))  # a drawn string may begin with the three quotes that end it
    found = {path: line for path, line in key_lines(text).items() if len(path) == 1}
    assert found == expected


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("ab=.[]{}\"'\\#,\n 1"), max_size=40))
def test_ends_on_any_text(text: str) -> None:
    key_lines(text)
