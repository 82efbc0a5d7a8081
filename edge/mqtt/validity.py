"""From when until when a certificate is good: read from its DER form; Python has no reader."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from typing import Final

from edge.messages import Value

SOON_S: Final = 30 * 86400.0
_SEQUENCE, _VERSION = 0x30, 0xA0
_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18
_CERTIFICATE: Final = re.compile(
    rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----"
)


def in_pem(data: bytes) -> list[bytes]:
    """The DER form of each certificate in a file."""
    return [base64.b64decode(found) for found in _CERTIFICATE.findall(data)]


class Span(Value, frozen=True):
    """Its first and last moment, in seconds since 1970."""

    begins: float
    ends: float

    def ends_soon(self, now: float) -> bool:
        """Within 30 days, or the last quarter of its time: some are made anew every few weeks."""
        return self.ends - now <= min(SOON_S, (self.ends - self.begins) / 4)


def span(der: bytes | None) -> Span | None:
    """None where that cannot be read."""
    try:
        return _span(der) if der else None
    except (ValueError, IndexError):
        return None


def _span(der: bytes) -> Span:
    _, start, _ = _element(der, 0)  # the certificate
    _, at, _ = _element(der, start)  # what is signed of it
    kind, _, end = _element(der, at)
    if kind == _VERSION:
        at = end
    for _ in ("serial number", "signature's kind", "issuer"):
        _, _, at = _element(der, at)
    kind, start, _ = _element(der, at)
    if kind != _SEQUENCE:
        raise ValueError("no validity where it stands")
    kind, at, end = _element(der, start)
    begins = _moment(kind, der[at:end].decode("ascii"))
    kind, at, end = _element(der, end)
    return Span(begins, _moment(kind, der[at:end].decode("ascii")))


def _element(data: bytes, at: int) -> tuple[int, int, int]:
    """Its kind, where its content starts, and where it ends."""
    kind, length, start = data[at], data[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        length, start = int.from_bytes(data[start : start + size]), start + size
    if start + length > len(data):
        raise ValueError("longer than what is there")
    return kind, start, start + length


def _moment(kind: int, text: str) -> float:
    if kind == _UTC_TIME:  # two digits of a year between 1950 and 2049
        text = f"{19 if text[:2] >= '50' else 20}{text}"
    elif kind != _GENERALIZED_TIME:
        raise ValueError("no time where it stands")
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC).timestamp()
