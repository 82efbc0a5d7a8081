"""A camera on the network. Runs in a capturing process that keeps the network, outside of eye.

Streams of JPEG pictures and single pictures over HTTP are passed on as they come; everything else
(RTSP, and video over HTTP) goes through OpenCV's FFmpeg.
"""

from __future__ import annotations

import http.client
import re
import time
import urllib.error
import urllib.request
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from edge.errors import CameraError
from edge.eye.capture_child import Driver

DRIVER = "edge.eye.http_camera:open_network_camera"
TIMEOUT_S = 4.0
_MOST_SNAPSHOTS = 4.0
"""A second: each is a new connection, and a camera has other things to do."""
_MOST_HEAD = 64 * 1024
_MOST_PICTURE = 16 * 1024 * 1024


class Answer(Protocol):
    """What urllib gives for an open address."""

    headers: Any

    def read(self, amount: int = ...) -> bytes: ...
    def readline(self, limit: int = ...) -> bytes: ...
    def close(self) -> None: ...


def open_network_camera(url: str, rate: float) -> Driver:
    """Whichever driver reads what comes from there."""
    try:
        return _opened(url, rate)
    except ValueError:  # its text may hold the password
        raise CameraError(
            "The address in [camera] source cannot be read; write it like rtsp://camera.local/1."
        ) from None


def _opened(url: str, rate: float) -> Driver:
    if urlsplit(url).scheme in ("http", "https"):
        web = _Web(url)
        answer = web.open()
        kind = answer.headers.get_content_type()
        if kind.startswith("multipart/"):
            return MjpegCamera(answer, web.name)
        if kind in ("image/jpeg", "image/jpg"):
            answer.close()
            return SnapshotCamera(web, rate)
        answer.close()
    from edge.eye.stream_camera import StreamCamera

    return StreamCamera(url, address(url))


def address(url: str) -> str:
    """The host, and the port where one is named: nothing of an URL that could be a secret."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "the camera's address"
    return f"{host}:{port}" if port else host


class _Web:
    """One address, asked with the name and password that stand in it, past every proxy."""

    def __init__(self, url: str) -> None:
        self.name = address(url)
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        self._url = parts._replace(netloc=host).geturl()
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        if parts.username is not None:
            user, password = unquote(parts.username), unquote(parts.password or "")
            passwords.add_password(None, self._url, user, password)
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPBasicAuthHandler(passwords),
            urllib.request.HTTPDigestAuthHandler(passwords),
        )

    def open(self) -> Answer:
        try:
            answer: Answer = self._opener.open(self._url, timeout=TIMEOUT_S)
        except urllib.error.HTTPError as refused:
            refused.close()
            raise CameraError(_refusal(self.name, refused.code)) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise CameraError(_unreachable(self.name, error)) from None
        return answer


def _refusal(name: str, code: int) -> str:
    if code in (401, 403):
        return f"The camera at {name} wants another name or password in [camera] source."
    if code == 404:
        return f"There is no picture at that path of {name}; correct it in [camera] source."
    return f"The camera at {name} answers with error {code}."


def _unreachable(name: str, error: Exception) -> str:
    why = getattr(error, "reason", error)
    if isinstance(why, PermissionError):
        return (
            "The network is closed to the process that should reach the camera; open it in eye's"
            " unit, as the installer does on request."
        )
    if isinstance(why, TimeoutError):
        return f"The camera at {name} does not answer."
    text = why.strerror if isinstance(why, OSError) and why.strerror else type(why).__name__
    return f"The camera at {name} cannot be reached: {text}."


class MjpegCamera:
    """JPEG pictures one after another in one endless answer."""

    def __init__(self, answer: Answer, name: str) -> None:
        self._answer = answer
        self._name = name
        boundary = answer.headers.get_param("boundary") or ""
        # Some cameras say the dashes with the boundary, some do not.
        self._boundary = b"--" + str(boundary).strip('"').removeprefix("--").encode("latin-1")
        self._content = b""

    def grab(self) -> None:
        try:
            self._content = self._next_part()
        except TimeoutError:
            raise CameraError(f"The camera at {self._name} has stopped sending.") from None
        except (OSError, http.client.HTTPException) as error:
            raise CameraError(_unreachable(self._name, error)) from None

    def picture(self) -> tuple[int, int, str, int, memoryview]:
        return 0, 0, "JPEG", 0, memoryview(self._content)

    def close(self) -> None:
        self._answer.close()

    def _next_part(self) -> bytes:
        length = None
        head = 0
        while True:
            line = self._answer.readline(_MOST_HEAD)
            head += len(line)
            if not line:
                raise CameraError(f"The camera at {self._name} has ended its stream.")
            if head > _MOST_HEAD:
                raise CameraError(f"The camera at {self._name} sends no pictures.")
            found = re.match(rb"content-length:\s*(\d+)", line, re.IGNORECASE)
            if found:
                length = int(found[1])
            elif line in (b"\r\n", b"\n") and length is not None:
                return self._exactly(length)
            elif line[:2] == b"\xff\xd8":
                return self._until_boundary(line)

    def _exactly(self, length: int) -> bytes:
        if length > _MOST_PICTURE:
            raise CameraError(f"The camera at {self._name} sends pictures that are too large.")
        content = self._answer.read(length)
        if len(content) < length:
            raise CameraError(f"The camera at {self._name} has ended its stream.")
        return content

    def _until_boundary(self, first: bytes) -> bytes:
        """A picture of unknown length: up to the line that parts it from the next."""
        lines, size = [first], len(first)
        while size < _MOST_PICTURE:
            line = self._answer.readline(_MOST_HEAD)
            if not line or line.startswith(self._boundary):
                return b"".join(lines)
            lines.append(line)
            size += len(line)
        raise CameraError(f"The camera at {self._name} sends pictures that are too large.")


class SnapshotCamera:
    """An address that gives one picture each time it is asked."""

    def __init__(self, web: _Web, rate: float) -> None:
        self._web = web
        self._interval_s = 1 / min(rate, _MOST_SNAPSHOTS)
        self._due = time.monotonic()
        self._content = b""

    def grab(self) -> None:
        time.sleep(max(0.0, self._due - time.monotonic()))
        self._due = time.monotonic() + self._interval_s
        answer = self._web.open()
        try:
            self._content = answer.read(_MOST_PICTURE)
        except (OSError, http.client.HTTPException) as error:
            raise CameraError(_unreachable(self._web.name, error)) from None
        finally:
            answer.close()

    def picture(self) -> tuple[int, int, str, int, memoryview]:
        return 0, 0, "JPEG", 0, memoryview(self._content)

    def close(self) -> None:
        """Nothing stays open between two pictures."""
