"""Letters of old code pages: reads them where it is sure which one it is, else says so.

Taggers of old wrote the bytes of their own code page where Latin-1 was declared, so that
`Привет` reads `Ïðèâåò`. All texts of a file are judged together: one title is little evidence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

_HIGH = re.compile(r"[\x80-\xff]")
_WORD = re.compile(r"[A-Za-z\x80-\xff]+")
_KANA = re.compile(r"[\u3040-\u30ff]")
_BYTE_ORDER_MARKS = "\ufeff\ufffe"
_PAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("ru", "uk", "be", "bg", "sr", "mk"), "cp1251"),
        **dict.fromkeys(("ja",), "cp932"),
        **dict.fromkeys(("zh",), "gbk"),
        **dict.fromkeys(("ko",), "cp949"),
        **dict.fromkeys(("el",), "cp1253"),
        **dict.fromkeys(("he", "yi"), "cp1255"),
        **dict.fromkeys(("ar", "fa", "ur"), "cp1256"),
        **dict.fromkeys(("th",), "cp874"),
        **dict.fromkeys(("tr",), "cp1254"),
        **dict.fromkeys(("pl", "cs", "hu", "sk", "sl", "hr", "ro"), "cp1250"),
    }
)
"""What a file in this language is written in, where it is written in an old code page."""
_RUSSIAN = frozenset("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё")
_COMMON_RUSSIAN = frozenset("оеаинтсрвлкмдпу")
_FEW = 4
"""With fewer letters outside ASCII nothing is sure."""
_FOREIGN = 0.6
"""Western words hold a smaller share of accented letters than this."""


def repaired(
    texts: Sequence[str], language: str | None = None
) -> tuple[tuple[str, ...], tuple[bool, ...]]:
    """The texts as they were meant, and for each whether its letters are doubtful."""
    if all(map(str.isascii, texts)):
        return tuple(texts), (False,) * len(texts)
    whole = [_in_order(text) for text in texts]
    suspects = [_raw(text) for text in whole]
    # Accented letters of Latin-1 that happen to be UTF-8 are rarer than one in a thousand.
    utf8 = [_decoded(raw, "utf-8") if raw is not None else None for raw in suspects]
    unclear = [raw for raw, sure in zip(suspects, utf8, strict=True) if raw and sure is None]
    page = _page(unclear, language) if unclear else None
    read, doubts = [], []
    for text, raw, sure in zip(whole, suspects, utf8, strict=True):
        meant = sure or (_decoded(raw, page) if raw is not None else None)
        read.append(text if meant is None else meant)
        # U+FFFD stands where the library that read the tags met bytes that mean nothing.
        doubts.append(meant is None and ("\ufffd" in text or (raw is not None and _foreign(text))))
    return tuple(read), tuple(doubts)


def decoded(data: bytes, language: str | None = None) -> str:
    """Bytes of which nobody said what they mean: a playlist, a chunk of a WAV file."""
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return _in_order(data.decode(name, errors="replace"))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        page = _page([data], language) or "cp1252"
        return data.decode(page, errors="replace")


def _in_order(text: str) -> str:
    """Without byte-order marks, and with the bytes of UTF-16 in the order that was meant."""
    if text.isascii():
        return text
    letters = [c for c in text if c not in _BYTE_ORDER_MARKS and c != "\0"]
    low, high = {ord(c) & 0xFF for c in letters}, {ord(c) >> 8 for c in letters}
    # `Title` with its bytes swapped is U+5400 U+6900 …: every lower byte is the same small number.
    if letters and len(low) == 1 and min(low) < 0x10 and len(high) >= min(len(letters), 2):
        swapped = (
            "".join(letters).encode("utf-16-le", errors="replace").decode("utf-16-be", "replace")
        )
        if swapped.isprintable():
            return swapped
    if text[0] in _BYTE_ORDER_MARKS or text[-1] in _BYTE_ORDER_MARKS:
        return text.strip(_BYTE_ORDER_MARKS)
    return text


def _raw(text: str) -> bytes | None:
    """The bytes that were read as Latin-1 or its sister of Windows; None for all other texts."""
    if text.isascii():
        return None
    for name in ("latin-1", "cp1252"):
        try:
            return text.encode(name)
        except UnicodeEncodeError:
            continue
    return None


def _foreign(text: str) -> bool:
    """Whether a word is made of nothing but accented letters, as no Western one is."""
    return any(
        len(word) >= 3 and len(_HIGH.findall(word)) > 0.7 * len(word)
        for word in _WORD.findall(text)
    )


def _page(raws: Sequence[bytes], language: str | None) -> str | None:
    """The code page of all these; None where they are Western or it is not sure."""
    data = b" ".join(raws)
    high = [byte for byte in data if byte >= 0x80]
    if not high:
        return None
    told = _PAGES.get(language or "")
    if told is not None and len(high) >= 2 and _decodes(data, told):
        return told
    letters = sum(chr(byte).isalpha() for byte in data if byte < 0x80)
    if len(high) < _FEW:
        return None
    if _japanese(data):
        return "cp932"
    if len(high) < _FOREIGN * (len(high) + letters) and not _words_apart(data):
        return None
    if _russian(data, "cp1251"):
        return "cp1251"
    if _chinese(data):
        return "gbk"
    return "koi8-r" if _russian(data, "koi8-r") else None


def _words_apart(data: bytes) -> bool:
    """Foreign words beside English ones: no word mixes both, and the foreign ones are long."""
    words = _WORD.findall(data.decode("latin-1"))
    foreign = [word for word in words if _HIGH.search(word)]
    pure = [word for word in foreign if len(_HIGH.findall(word)) == len(word)]
    return bool(pure) and len(pure) == len(foreign) and max(map(len, pure)) >= 4


def _decodes(data: bytes, name: str) -> bool:
    return _decoded(data, name) is not None


def _decoded(data: bytes, name: str | None) -> str | None:
    if name is None:
        return None
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        return None
    return text if all(c.isprintable() or c in "\r\n\t\0" for c in text) else None


def _russian(data: bytes, name: str) -> bool:
    """Cyrillic letters, the usual ones among them, and capitals only where words begin."""
    text = _decoded(data, name)
    if text is None:
        return False
    high = [c for c in text if ord(c) >= 0x80]
    cyrillic = [c for c in high if c.lower() in _RUSSIAN]
    if len(cyrillic) < 0.95 * len(high):
        return False
    common = sum(c.lower() in _COMMON_RUSSIAN for c in cyrillic)
    words = [word for word in re.findall(r"[а-яёА-ЯЁ]+", text) if len(word) > 1]
    cased = sum(word.isupper() or word[1:].islower() for word in words)
    # In KOI8-R the two cases stand the other way round: wORDS LIKE THIS tell the wrong page.
    capital = sum(word[0].islower() and word[1:].isupper() for word in words)
    lower = sum(word.islower() or word[1:].islower() for word in words)
    return (
        common >= 0.55 * len(cyrillic)
        and cased >= 0.9 * len(words)
        and capital == 0
        and (lower > 0 or name == "cp1251")
    )


def _japanese(data: bytes) -> bool:
    """Shift-JIS: first bytes that other pages do not use for letters, and kana among the signs."""
    text = _decoded(data, "cp932")
    if text is None:
        return False
    wide = [c for c in text if ord(c) >= 0x80]
    halves = sum("\uff61" <= c <= "\uff9f" for c in wide)
    kana = len(_KANA.findall(text))
    kanji = sum("\u4e00" <= c <= "\u9fff" for c in wide)
    first = sum(0x81 <= byte <= 0x9F for byte in data)
    return halves == 0 and kana + kanji >= 0.8 * len(wide) and kana >= 1 and 2 * first >= len(wide)


def _chinese(data: bytes) -> bool:
    """GBK with the 3,755 usual signs nearly alone, and more of them than Korean would use."""
    text = _decoded(data, "gbk")
    if text is None:
        return False
    wide = [c for c in text if ord(c) >= 0x80]
    pairs = [c.encode("gbk") for c in wide]
    usual = sum(0xB0 <= pair[0] <= 0xD7 and pair[-1] >= 0xA1 for pair in pairs if len(pair) == 2)
    # KS X 1001 writes Hangul with first bytes B0–C8; Chinese words go beyond soon.
    beyond = sum(pair[0] > 0xC8 for pair in pairs)
    marks = sum(not c.isalpha() for c in wide)
    return usual + marks >= 0.9 * len(wide) and usual >= 2 and beyond >= 1
