"""Puts player together: the link to box, and the loop that feeds the sound card."""

from __future__ import annotations

import logging
import os

from edge.link import Client
from edge.messages import PROTOCOL, Hello, Message, ToPlayer
from edge.player.drivers import Drivers
from edge.player.process import PlayerLoop, hurry
from edge.process import Process

_log = logging.getLogger("moodbox")


def run(process: Process) -> None:
    """Until told to stop."""
    hurry()
    config = process.launch.loaded.config.player
    silent = config.driver == "none"
    devices = None if silent else Drivers(config.driver, config.device, process.env)

    def send(message: Message) -> None:
        client.send(message)

    beats = process.beats
    player = PlayerLoop(devices, send, lambda: beats.beat("loop"), lambda: beats.beat("sound"))
    process.stack.callback(player.close)

    def hear(message: ToPlayer) -> None:
        if not isinstance(message, Hello):
            player.handle(message)

    client = Client(
        process.launch.places.socket,
        hello=lambda: Hello(protocol=PROTOCOL, role="player", pid=os.getpid(), audio=player.audio),
        kinds=ToPlayer,
        on_message=hear,
        on_connected=player.report,
        on_trouble=lambda text: _log.warning("link: %s", text),
    )
    player.open()
    process.stack.callback(client.close)
    client.start()
    process.ready("ready to play")
    player.run(process.stop)
