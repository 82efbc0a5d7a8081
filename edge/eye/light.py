"""A light on a GPIO pin that is on exactly while the camera is open."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable
from typing import Any

from edge.errors import CameraError
from edge.ports import Camera, Image

_LOOK_S = 0.2


class CameraLight:
    """The pin. Without it no camera is opened: the owner relies on the light.

    `pins` is gpiozero's way to the pins; None lets it choose. A camera whose driver cannot be
    ended stays open, and so does the light stay on, until its process is gone.
    """

    def __init__(self, pin: int, pins: Any = None) -> None:
        self._pin = pin
        self._pins = pins
        self._led: Any = None
        self._stop = threading.Event()
        self._lingering: threading.Thread | None = None

    def on(self) -> None:
        self._end_lingering()
        try:
            if self._led is None:
                # Else lgpio, below it, makes its pipe in whatever folder this process is in.
                os.environ.setdefault("LG_WD", tempfile.gettempdir())
                from gpiozero import LED

                self._led = LED(self._pin, pin_factory=self._pins)
            self._led.on()
        except ImportError as missing:
            raise CameraError(
                "The camera stays closed, because its light needs the package gpiozero; install"
                " python3-gpiozero, or remove camera.led_pin."
            ) from missing
        except Exception as error:  # its pin factories raise whatever their libraries do
            raise CameraError(
                f"The camera stays closed, because its light on GPIO {self._pin} cannot be switched"
                f" ({type(error).__name__}); choose another camera.led_pin."
            ) from error

    def off(self, released: Callable[[], bool] = lambda: True) -> None:
        """Now, or as soon as the camera is released."""
        if released():
            if self._led is not None:
                self._led.off()
            return
        self._stop.clear()
        self._lingering = threading.Thread(
            target=self._linger, args=(released,), name="camera-light", daemon=True
        )
        self._lingering.start()

    def close(self) -> None:
        self._end_lingering()
        led, self._led = self._led, None
        if led is not None:
            led.close()

    def _linger(self, released: Callable[[], bool]) -> None:
        while not self._stop.wait(_LOOK_S):
            if released():
                self._led.off()
                return

    def _end_lingering(self) -> None:
        self._stop.set()
        thread, self._lingering = self._lingering, None
        if thread is not None:
            thread.join(1.0)


class LitCamera:
    """A camera with its light."""

    def __init__(self, open_it: Callable[[], Camera], light: CameraLight) -> None:
        self._light = light
        light.on()
        try:
            self._camera = open_it()
        except BaseException:
            light.off()
            raise
        self.kind = self._camera.kind

    def read(self) -> Image:
        return self._camera.read()

    def close(self) -> None:
        self._camera.close()
        self._light.off(lambda: getattr(self._camera, "released", True))
