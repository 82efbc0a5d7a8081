"""Devanagari in Latin letters, as people type it: `ज़िंदगी` is found by `zindagi`."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_CONSONANTS: Final = dict(
    zip(
        "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसहळ",
        (
            *("k", "kh", "g", "gh", "n", "ch", "chh", "j", "jh", "n", "t", "th", "d", "dh", "n"),
            *("t", "th", "d", "dh", "n", "p", "ph", "b", "bh", "m", "y", "r", "l", "v", "sh"),
            *("sh", "s", "h", "l"),
        ),
        strict=True,
    )
)
_DOTTED: Final = {"क": "q", "ख": "kh", "ग": "g", "ज": "z", "ड": "d", "ढ": "dh", "फ": "f", "य": "y"}
_VOWELS: Final = dict(
    zip(
        "अआइईउऊऋएऐओऔऑ",
        ("a", "aa", "i", "ee", "u", "oo", "ri", "e", "ai", "o", "au", "o"),
        strict=True,
    )
)
_SIGNS: Final = dict(
    zip("ािीुूृेैोौॉ", ("aa", "i", "ee", "u", "oo", "ri", "e", "ai", "o", "au", "o"), strict=True)
)
_NUKTA, _VIRAMA, _NASAL = "\u093c", "\u094d", "\u0901\u0902"
_WORD: Final = re.compile(r"[\u0900-\u097f]+")
_SHORT: Final = (("aa", "a"), ("ee", "i"), ("oo", "u"))


def romanised(text: str) -> str:
    """Each word in up to four ways: long vowels doubled or not, silent ones written or not.

    Empty where there is no Devanagari.
    """
    words: dict[str, None] = {}
    for word in _WORD.findall(unicodedata.normalize("NFD", text)):
        for spoken in (True, False):
            long = short = _latin(word, spoken)
            for double, single in _SHORT:
                short = short.replace(double, single)
            words |= {long: None, short: None}
    return " ".join(words)


def _latin(word: str, spoken: bool) -> str:
    """One word; a consonant has an `a` of its own unless a sign, a virama or the end follows."""
    parts: list[str] = []
    signs = list(word)
    for index, sign in enumerate(signs):
        after = signs[index + 1] if index + 1 < len(signs) else ""
        if sign in _CONSONANTS:
            dotted = after == _NUKTA
            parts.append(_DOTTED.get(sign, _CONSONANTS[sign]) if dotted else _CONSONANTS[sign])
            if dotted:
                after = signs[index + 2] if index + 2 < len(signs) else ""
            silent = after in _SIGNS or after in ("", _VIRAMA)
            if not silent and not (spoken and _silent(parts, signs, index)):
                parts.append("a")
        elif sign in _SIGNS or sign in _VOWELS:
            parts.append(_SIGNS.get(sign) or _VOWELS[sign])
        elif sign in _NASAL:
            parts.append("n")
    return "".join(parts)


def _silent(parts: list[str], signs: list[str], index: int) -> bool:
    """Inside a word the `a` is not spoken between a vowel and a consonant with a vowel sign."""
    rest = [sign for sign in signs[index + 1 :] if sign != _NUKTA]
    before = any(part[-1] in "aeioun" for part in parts[:-1]) and (
        parts[-2][-1] in "aeiou" or parts[-2] == "n"
    )
    return before and len(rest) >= 2 and rest[0] in _CONSONANTS and rest[1] in _SIGNS
