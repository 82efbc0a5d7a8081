"""Puts eye together: gives up the network first, and only then imports what could use one."""

from __future__ import annotations

import logging
import os

from edge.app_camera import ConfiguredCamera
from edge.eye.isolation import give_up_network, refuse_to_be_read
from edge.link import Client
from edge.messages import PROTOCOL, Hello, Look, Message, ToEye
from edge.process import Process

CARD = "emotion.json"
DETECTOR = "face_detector_short_range.tflite"
_log = logging.getLogger("moodbox")


def run(process: Process) -> None:
    """Until told to stop; IsolationError, and no camera, where the network cannot be shown gone."""
    config, models = process.launch.loaded.config, process.launch.places.models
    camera = ConfiguredCamera(config, models)
    process.stack.callback(camera.close)
    protections = give_up_network()
    if camera.exceptions:
        refuse_to_be_read()
    _log.info("the network is given up: %s", ", ".join(protections))
    # Only now: MediaPipe and OpenCV could open a connection when they are imported.
    from edge.eye.emotion import TfliteEmotionReader
    from edge.eye.faces import MediapipeFaceFinder
    from edge.eye.heat import Heat
    from edge.eye.looker import Taste
    from edge.eye.pace import Pace
    from edge.eye.process import EyeLoop

    client: Client

    def send(message: Message) -> None:
        client.send(message)

    eye = EyeLoop(
        camera.open,
        lambda: MediapipeFaceFinder(models / DETECTOR),
        lambda: TfliteEmotionReader(models / CARD, config.eye.runtime),
        send,
        Pace(rate=config.camera.rate, idle_rate=config.eye.idle_rate),
        lambda: process.beats.beat("loop"),
        Taste(rule=config.eye.listener, sure=config.eye.min_score),
        Heat().degrees,
        camera_works=camera.works,
    )

    def hear(message: ToEye) -> None:
        if isinstance(message, Look):
            eye.look(message)

    client = Client(
        process.launch.places.socket,
        hello=lambda: Hello(
            protocol=PROTOCOL,
            role="eye",
            pid=os.getpid(),
            isolation=(*protections, *camera.exceptions),
            camera=camera.kind,
            runtime=eye.runtime,
        ),
        kinds=ToEye,
        on_message=hear,
        on_connected=eye.report,
        on_trouble=lambda text: _log.warning("link: %s", text),
    )
    eye.prepare()
    process.stack.callback(client.close)
    client.start()
    process.ready("looking")
    eye.run(process.stop)
