"""What crosses the socket between the processes: frames.

A frame is a big-endian u32 length of what follows, a u8 kind (0 JSON, 1 JPEG) and the bytes.
"""

from __future__ import annotations

import socket
import struct
from typing import Any

import msgspec

from edge.errors import LinkError
from edge.messages import Message

JSON, JPEG = 0, 1
MAX_FRAME = 8 * 1024 * 1024
_HEAD = struct.Struct("!IB")


def encode(message: Message) -> bytes:
    """One JSON frame."""
    body = msgspec.json.encode(message)
    return _HEAD.pack(len(body) + 1, JSON) + body


def decode(kind: int, body: bytes, kinds: Any) -> Any:
    """The message in a JSON frame, checked against these types."""
    if kind != JSON:
        raise LinkError("no pictures are expected on this link")
    try:
        return msgspec.json.decode(body, type=kinds)
    except msgspec.MsgspecError as error:
        raise LinkError(f"a message was not understood: {error}") from error


def read(sock: socket.socket) -> tuple[int, bytes]:
    """The next frame's kind and bytes; LinkError for one that cannot be one."""
    size, kind = _HEAD.unpack(_read_exactly(sock, _HEAD.size))
    if not 1 <= size <= MAX_FRAME or kind not in (JSON, JPEG):
        raise LinkError(f"a frame of kind {kind} and {size} bytes is not of this protocol")
    return kind, _read_exactly(sock, size - 1)


def _read_exactly(sock: socket.socket, size: int) -> bytes:
    chunks = bytearray()
    while len(chunks) < size:
        chunk = sock.recv(min(size - len(chunks), 65536))
        if not chunk:
            raise ConnectionResetError("the other end closed the link")
        chunks += chunk
    return bytes(chunks)
