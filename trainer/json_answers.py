"""What a program reads: an answer as one line of JSON."""

from __future__ import annotations

from typing import Any

import msgspec


def as_json(value: Any) -> str:
    """One line, with a schema number."""
    plain = msgspec.to_builtins(value)
    body = plain if isinstance(plain, dict) else {"results": plain}
    return msgspec.json.encode({"schema": 1} | body).decode()
