"""`moodbox demo`: the whole product on any machine, with faces, songs and a broker of its own.

It starts eye, player and box as `moodbox run` does, on a temporary folder, watches them over the
link as any tool could, and shows what it hears.
"""

from __future__ import annotations

import io
import os
import re
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.live import Live

from edge import demo_broker
from edge.config import Config
from edge.demo_screen import Screen, plain
from edge.family import Family
from edge.link import Client
from edge.messages import PROTOCOL, Hello, Published, Reading, Watch
from edge.run import programs

SETTINGS = {
    "mood.patience_s": "0",
    "mood.hold_s": "20",
    "mood.face_s": "0.5",
    "mood.dwell_s": "0.6",
    "dj.crossfade_s": "1.0",
    "dj.policy": "match",
    "dj.drift": "0",
    "library.paths": "[]",
}
"""The demo follows at once, with the starter songs."""
_ToWatcher = Hello | Reading | Published


def run(
    config: Config,
    options: Sequence[str],
    camera: str,
    seconds: float | None,
    stop: threading.Event,
    console: Console,
    picture: Path | None = None,
) -> int:
    """Show Moodbox until told to stop; `options` go to every process as they are.

    `picture` is where the last screen is kept as SVG.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="moodbox-demo-")))
        mqtt, broker = _broker(config, folder)
        where = _where(config, broker)
        screen = Screen(where)
        say = _sayer(screen, console)
        say(where)
        own = {**SETTINGS, "camera.source": camera, **mqtt}
        ours = [*options, *(f"--set={key}={value}" for key, value in own.items())]
        children = [] if broker is None else [broker.program]
        family = Family([*children, *programs(folder, ours, folder / "log")], os.environ, say)
        stack.callback(family.end)
        client = _watch(folder / "link.sock", screen, console)
        stack.callback(client.close)
        client.start()
        if picture is not None:
            stack.callback(_draw, screen, picture)
        if console.is_terminal:
            live = Live(screen, console=console, screen=True, refresh_per_second=8)
            stack.enter_context(live)
        code = _until(family, stop, seconds)
        said = _last_lines(folder / "log") if code else ""
    if said:
        console.print(said, markup=False, highlight=False, soft_wrap=True)
    return code


def _last_lines(log: Path, count: int = 15) -> str:
    """What the processes said before one of them refused to go on."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-count:])


def _draw(screen: Screen, picture: Path) -> None:
    """The screen as a picture, whatever terminal there is."""
    canvas = Console(record=True, width=110, height=32, file=io.StringIO(), force_terminal=True)
    canvas.print(screen)
    drawn = canvas.export_svg(title="moodbox demo")
    # Without the fonts that rich would fetch from the network when the picture is looked at.
    picture.write_text(re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL), "utf-8")


def _until(family: Family, stop: threading.Event, seconds: float | None) -> int:
    end = None if seconds is None else time.monotonic() + seconds
    while not stop.is_set() and (end is None or time.monotonic() < end):
        refused = family.tend()
        if refused is not None:
            return refused
        stop.wait(0.1)
    return 0


def _broker(
    config: Config, folder: Path
) -> tuple[dict[str, str], demo_broker.PrivateBroker | None]:
    """The settings that lead to the broker, and the broker where it is ours."""
    if config.mqtt.host:
        own_id = {} if config.mqtt.username else {"box.id": f"{config.box.id or 'moodbox'}-demo"}
        return own_id, None
    broker = demo_broker.plan(folder)
    if broker is None:
        return {}, None
    return {"mqtt.host": demo_broker.HOST, "mqtt.port": str(broker.port)}, broker


def _where(config: Config, broker: demo_broker.PrivateBroker | None) -> str:
    if broker is not None:
        return (
            f"mqtt://{demo_broker.HOST}:{broker.port} "
            f"(mosquitto_sub -p {broker.port} -t '{config.mqtt.prefix}/#' -v)"
        )
    if config.mqtt.host:
        return f"mqtt://{config.mqtt.host} (the configured broker)"
    return "no broker: install mosquitto to see the messages leave the box"


def _watch(socket: Path, screen: Screen, console: Console) -> Client:
    def take(message: Any) -> None:
        screen.take(message)
        if not console.is_terminal and isinstance(message, Published):
            line = plain(message)
            if line is not None:
                console.print(line, markup=False, highlight=False, soft_wrap=True)

    client: Client
    client = Client(
        socket,
        hello=lambda: Hello(protocol=PROTOCOL, role="tool", pid=os.getpid()),
        kinds=_ToWatcher,
        on_message=take,
        on_connected=lambda: client.send(Watch()),
    )
    return client


def _sayer(screen: Screen, console: Console) -> Callable[[str], None]:
    def say(text: str) -> None:
        screen.note(text)
        if not console.is_terminal:
            console.print(text, markup=False, highlight=False, soft_wrap=True)

    return say
