"""Cameras on this machine's own loopback: one that speaks HTTP, and one that speaks RTSP."""

from __future__ import annotations

import base64
import contextlib
import http.server
import io
import socket
import struct
import threading
import time
from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np

from edge.eye.opencv import cv2

USER, PASSWORD = "eye", "p@ss/w0rd?"


def jpeg(level: int) -> bytes:
    done, content = cv2.imencode(".jpg", np.full((120, 160, 3), level, np.uint8))
    assert done
    return bytes(content)


class _Answer(http.server.BaseHTTPRequestHandler):
    """Answers by path: /stream, /bare (no lengths), /snapshot.jpg, /secret, /hang, /film, /page."""

    server: HttpCamera

    def log_message(self, *_: object) -> None: ...

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.path.startswith("/secret") and not self._allowed():
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="camera"')
            self.end_headers()
        elif self.path == "/snapshot.jpg":
            self._whole("image/jpeg", jpeg(self.server.next_level()))
        elif self.path == "/film":
            self._whole("video/x-msvideo", film("avi"))
        elif self.path == "/page":
            self._whole("text/html", b"<h1>A camera</h1>")
        elif self.path == "/missing":
            self.send_error(404)
        else:
            with contextlib.suppress(OSError):  # the reader has gone
                self._stream()

    def _allowed(self) -> bool:
        given = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        return self.headers["Authorization"] == f"Basic {given}"

    def _whole(self, kind: str, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=--frame")
        self.end_headers()
        while not self.server.over.is_set():
            content = jpeg(self.server.next_level())
            length = b"" if self.path == "/bare" else b"Content-Length: %d\r\n" % len(content)
            self.wfile.write(b"--frame\r\nContent-Type: image/jpeg\r\n" + length + b"\r\n")
            self.wfile.write(content + b"\r\n")
            if self.path == "/hang" and self.server.level > 5:
                self.server.over.wait(60)
            self.server.over.wait(0.04)


class HttpCamera(http.server.ThreadingHTTPServer):
    """Each picture is one grey level brighter than the last."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.level = 0
        self.asked: list[str] = []
        self.over = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), name="http")
        self._thread.start()

    def next_level(self) -> int:
        self.level += 1
        return self.level % 256

    def url(self, path: str, user: str = "") -> str:
        return f"http://{user}127.0.0.1:{self.server_port}{path}"

    def close(self) -> None:
        self.over.set()
        self.shutdown()
        self._thread.join(5)
        self.server_close()


def film(form: str, pictures: int = 40) -> bytes:
    """One that gets brighter: `avi`, or `mpegts` as television sends it."""
    out = io.BytesIO()
    with av.open(out, "w", format=form) as container:
        stream = container.add_stream("mpeg2video", rate=25)
        stream.width, stream.height, stream.pix_fmt = 160, 128, "yuv420p"
        stream.time_base = Fraction(1, 25)
        for number in range(pictures):
            picture = np.full((128, 160, 3), 40 + 4 * number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return out.getvalue()


class RtspCamera:
    """Enough of RTSP for FFmpeg: one film, packed as MPEG-TS in RTP, inside the TCP connection."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._film = film("mpegts")
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rtsp")
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            with peer, contextlib.suppress(OSError):
                self._talk(peer)

    def _talk(self, peer: socket.socket) -> None:
        for method, number in _requests(peer):
            more = ""
            body = ""
            if method == "OPTIONS":
                more = "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n"
            elif method == "DESCRIBE":
                body = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=camera\r\nt=0 0\r\n"
                body += "m=video 0 RTP/AVP 33\r\n"
                more = f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n"
            elif method == "SETUP":
                more = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n"
            answer = f"RTSP/1.0 200 OK\r\nCSeq: {number}\r\nSession: 1\r\n{more}\r\n{body}"
            peer.sendall(answer.encode())
            if method == "PLAY":
                self._play(peer)
                return

    def _play(self, peer: socket.socket) -> None:
        began, sequence = time.monotonic(), 0
        packets = [self._film[at : at + 1316] for at in range(0, len(self._film), 1316)]
        while True:
            for number, packet in enumerate(packets):
                at = int((time.monotonic() - began) * 90_000)
                head = struct.pack("!BBHII", 0x80, 33, sequence % 65536, at % 2**32, 7)
                peer.sendall(struct.pack("!BBH", 0x24, 0, len(head) + len(packet)) + head + packet)
                sequence += 1
                if self._over.wait(1.6 / len(packets)) or number < 0:
                    return


def _requests(peer: socket.socket) -> Iterator[tuple[str, str]]:
    """Method and number of each request."""
    held = b""
    while True:
        while b"\r\n\r\n" not in held:
            more = peer.recv(4096)
            if not more:
                return
            held += more
        request, _, held = held.partition(b"\r\n\r\n")
        lines = request.decode().splitlines()
        number = next(line.split()[1] for line in lines if line.lower().startswith("cseq"))
        yield lines[0].split()[0], number
