"""Puts eye together: gives up the network first, and only then imports what could use one."""

from __future__ import annotations

import logging
import os

from edge.config import CameraConfig
from edge.config.crop import crop_of
from edge.eye.camera_kind import camera_kind
from edge.eye.isolation import give_up_network
from edge.eye.network_door import NETWORK_KEPT, NetworkDoor
from edge.eye.view import View
from edge.link import Client
from edge.messages import PROTOCOL, Hello, Look, Message, ToEye
from edge.process import Process

CARD = "emotion.json"
DETECTOR = "face_detector_short_range.tflite"
LEAST_RATE = 15.0
"""Pictures a second asked of the camera: with fewer, the newest is too old when it is wanted; with
the usual thirty each has half the light, and the bus twice the work."""
_log = logging.getLogger("moodbox")


def run(process: Process) -> None:
    """Until told to stop; IsolationError, and no camera, where the network cannot be shown gone."""
    config, models = process.launch.loaded.config, process.launch.places.models
    camera = config.camera
    door = _door(process, camera)
    isolation = give_up_network()
    _log.info("the network is given up: %s", ", ".join(isolation))
    if door is not None:
        isolation = (*isolation, NETWORK_KEPT)
        _log.warning("only the process that fetches the network camera's pictures keeps a network")
    # Only now: MediaPipe and OpenCV could open a connection when they are imported.
    from edge.eye.cameras import open_camera
    from edge.eye.emotion import TfliteEmotionReader
    from edge.eye.faces import MediapipeFaceFinder
    from edge.eye.process import EyeLoop, Pace

    view = _view(camera)
    client: Client

    def send(message: Message) -> None:
        client.send(message)

    eye = EyeLoop(
        lambda: open_camera(camera.source, view, models / "mean_faces", config.demo.face_s, door),
        lambda: MediapipeFaceFinder(models / DETECTOR, config.eye.min_score),
        lambda: TfliteEmotionReader(models / CARD, config.eye.runtime),
        send,
        Pace(rate=camera.rate, idle_rate=config.eye.idle_rate),
        lambda: process.beats.beat("loop"),
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
            isolation=isolation,
            camera=camera_kind(camera.source),
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


def _door(process: Process, camera: CameraConfig) -> NetworkDoor | None:
    """A way to the network for the capturing process alone, where the owner allows one."""
    if not camera.allow_network or camera_kind(camera.source) != "network":
        return None
    door = NetworkDoor()
    process.stack.callback(door.close)
    return door


def _view(camera: CameraConfig) -> View:
    return View(
        width=camera.width,
        height=camera.height,
        rate=max(camera.rate, LEAST_RATE),
        rotate=camera.rotate,
        mirror=camera.mirror,
        crop=crop_of(camera.crop),
    )
