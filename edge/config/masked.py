"""An address as it may be shown: without what is secret in it."""

from __future__ import annotations


def without_secrets(text: str) -> str:
    """A URL without its name, password and query; any other text as it is.

    What stands before the last @ goes, even where a password holds signs that it should not.
    """
    scheme, parts, rest = text.partition("://")
    if not parts:
        return text
    address, query, _ = rest.partition("?")
    _, user, place = address.rpartition("@")
    return f"{scheme}://{'…@' if user else ''}{place}{'?…' if query else ''}"
