"""The Raspberry Pi's own camera, through picamera2. Runs in the capturing process.

Written from picamera2's manual and sources and tried against a stand-in only: no machine of ours
had such a camera. What to look at first on a real one: the order of the colours, and whether
`sensor_modes` lists what is expected below. Known to happen there: `capture_request` never comes
back once the ribbon cable is loose or the camera's front end has timed out, and closing may block;
eye then ends this process.
"""

from __future__ import annotations

from typing import Any

from edge.errors import CameraError

DRIVER = "edge.eye.picamera:PiCamera"
Size = tuple[int, int]
_BUFFERS = 4
_SLOWEST_S = 0.1
"""The longest time for one picture: in the dark, ten a second with three times the light."""
_LAYOUT = "BGR888"
"""picamera2 names layouts in the order of bytes in a word: this one is red first in memory."""


class PiCamera:
    """Set for faces half a metre to four metres away."""

    def __init__(self, width: int, height: int, rate: float) -> None:
        try:
            from picamera2 import Picamera2
        except ImportError as missing:
            raise CameraError(
                "The Raspberry Pi's camera needs the system package python3-picamera2;"
                ' without that camera choose another in [camera] source, such as "0".'
            ) from missing
        try:
            self._camera: Any = Picamera2()
        except (RuntimeError, IndexError) as error:
            raise CameraError(
                "No Raspberry Pi camera was found; check its cable and that no other program"
                " is using it."
            ) from error
        self._request: Any = None
        try:
            self._start((width - width % 2, height - height % 2), rate)
        except BaseException:
            self.close()  # else the camera stays taken until this process ends
            raise

    def grab(self) -> None:
        self._release()
        self._request = self._camera.capture_request()

    def picture(self) -> tuple[int, int, str, int, memoryview]:
        content = self._request.make_buffer("main")
        (width, height), row_bytes = self._have["size"], self._have["stride"]
        return width, height, "RGB3", row_bytes, memoryview(content).cast("B")

    def close(self) -> None:
        self._release()
        self._camera.stop()
        self._camera.close()

    def _start(self, size: Size, rate: float) -> None:
        camera = self._camera
        wanted: dict[str, Any] = {
            "main": {"size": size, "format": _LAYOUT},
            "buffer_count": _BUFFERS,
            "controls": _for_faces(camera.camera_controls, rate),
        }
        mode = choose_mode(camera.sensor_modes, size, rate)
        if mode is not None:
            wanted["sensor"] = {"output_size": mode["size"], "bit_depth": mode["bit_depth"]}
        camera.configure(camera.create_video_configuration(**wanted))
        self._have = camera.camera_configuration()["main"]  # sizes are rounded to the hardware's
        camera.start()

    def _release(self) -> None:
        """Give the buffer back: a camera without buffers takes no pictures."""
        request, self._request = self._request, None
        if request is not None:
            request.release()


def choose_mode(modes: list[dict[str, Any]], size: Size, rate: float) -> dict[str, Any] | None:
    """The sensor's mode that sees most, and of those the smallest that is large and quick enough.

    Left alone, libcamera may take a mode that is cut from the middle, in which near faces do not
    fit and far ones at the side are missed.
    """
    if not modes:
        return None
    widest = max(_seen(mode) for mode in modes)
    whole = [mode for mode in modes if _seen(mode) >= 0.95 * widest]
    quick = [mode for mode in whole if mode["fps"] >= rate] or whole
    large = [mode for mode in quick if mode["size"][0] >= size[0] and mode["size"][1] >= size[1]]
    if large:
        return min(large, key=lambda mode: (_pixels(mode), -mode["bit_depth"]))
    return max(quick, key=lambda mode: (_pixels(mode), mode["bit_depth"]))


def _seen(mode: dict[str, Any]) -> int:
    _, _, width, height = mode["crop_limits"]
    return int(width * height)


def _pixels(mode: dict[str, Any]) -> int:
    width, height = mode["size"]
    return int(width * height)


def _for_faces(known: dict[str, Any], rate: float) -> dict[str, Any]:
    """Focus, exposure and time for each picture, as far as this camera has them."""
    from libcamera import controls

    quickest_us, slowest_us = round(1e6 / rate), round(1e6 * max(_SLOWEST_S, 1 / rate))
    wanted = {
        # Sharp from arm's length to the far wall; the macro range hunts through what is nearer.
        "AfMode": controls.AfModeEnum.Continuous,
        "AfRange": controls.AfRangeEnum.Normal,
        # A face is rarely in a corner: the middle counts most, and a window behind it less.
        "AeMeteringMode": controls.AeMeteringModeEnum.CentreWeighted,
        # Gain before time, so that a moving face is not smeared while there is light.
        "AeExposureMode": controls.AeExposureModeEnum.Normal,
        # In the dark the picture may take longer, which is light.
        "FrameDurationLimits": (quickest_us, slowest_us),
    }
    return {name: value for name, value in wanted.items() if name in known}


def found_cameras() -> list[tuple[str, Size | None]]:
    """Name and full size, where known, of each camera on a ribbon cable; none without picamera2."""
    try:
        from picamera2 import Picamera2
    except ImportError:
        return []
    try:
        found = Picamera2.global_camera_info()
    except RuntimeError:
        return []
    # USB cameras are listed as well, with the path of their device on the bus.
    return [(about["Model"], None) for about in found if "usb" not in about.get("Id", "")]
