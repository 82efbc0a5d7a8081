"""Checks of the machine and what is installed on it; nothing of ours is opened for them."""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from edge.upkeep.doctor import Check

PACKAGES = (
    "numpy",
    "opencv-python-headless",
    "mediapipe",
    "msgspec",
    "paho-mqtt",
    "pygame",
    "av",
    "mutagen",
    "typer",
    "rich",
)
"""What the device cannot do without; the runtimes have a check of their own."""
_SETUP = "Run deploy/setup (or install the package) anew."
_LITTLE_MB, _TOO_LITTLE_MB = 500, 50
_WARM_C, _HOT_C = 75.0, 82.0
"""A Raspberry Pi slows down from 80 °C on and stops at 85."""
_THROTTLED = {
    0x1: "its power supply is too weak",
    0x2: "its clock is held back",
    0x4: "it is slowed down",
    0x8: "it is too warm",
}
_ZONES, _PLATFORM = Path("/sys/class/thermal"), Path("/sys/devices/platform")
_FIRMWARE = "vcgencmd"
_BEFORE = 16
"""The same bits, for since it was started."""


def python() -> Check:
    """Its version, and the machine it is built for."""
    at = f"Python {platform.python_version()} on {platform.machine()}, {platform.system()}"
    right = (3, 11) <= sys.version_info[:2] < (3, 14) and sys.maxsize > 2**32
    if not right:
        return _fail("python", f"{at} is not supported.", "Use a 64-bit Python 3.11 to 3.13.")
    return Check(name="python", status="ok", message=f"{at}.")


def packages() -> Check:
    """All there, and numpy of the kind that the others are built for."""
    have = {name: _version(name) for name in (*PACKAGES, "tflite-runtime", "ai-edge-litert")}
    missing = [name for name in PACKAGES if have[name] is None]
    if missing:
        return _fail("packages", f"Not installed: {', '.join(missing)}.", _SETUP)
    if have["tflite-runtime"] and not str(have["numpy"]).startswith("1."):
        problem = f"tflite-runtime fails beside numpy {have['numpy']}."
        return _fail("packages", problem, "Install numpy below 2, or remove tflite-runtime.")
    if int(str(have["mediapipe"]).split(".", maxsplit=1)[0]) < 1:
        return _fail("packages", f"mediapipe {have['mediapipe']} is too old.", _SETUP)
    told = ", ".join(f"{name} {have[name]}" for name in PACKAGES[:4])
    return Check(name="packages", status="ok", message=f"All are there ({told} …).")


def state(folder: Path) -> Check:
    """Whether box may write there, and how much room is left."""
    place = next(one for one in (folder, *folder.parents) if one.exists())
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(b"moodbox")
            file.flush()
        free = shutil.disk_usage(place).free // 1_000_000
    except OSError as error:
        return _fail(
            "state",
            f"The state folder {folder} cannot be written: {(error.strerror or '').lower()}.",
            "Give it to the user that runs box, or name another with --state.",
        )
    told = f"The state folder {folder} can be written; {free} MB are free."
    if free < _TOO_LITTLE_MB:
        return _fail("state", told, "Make room on the disk.")
    if free < _LITTLE_MB:
        return Check(name="state", status="warn", message=told, mend="Make room on the disk soon.")
    return Check(name="state", status="ok", message=told)


def heat(zones: Path = _ZONES, firmware: str = _FIRMWARE, devices: Path = _PLATFORM) -> Check:
    """How warm it is, and what a Raspberry Pi's firmware says of its power and pace."""
    degrees = warmest(zones)
    now, before = _throttled(throttling(firmware, devices))
    if degrees is None and now is None:
        told = "This machine does not tell how warm it is."
        return Check(name="heat", status="skip", message=told)
    warm = "" if degrees is None else f"the warmest part has {degrees:.0f} °C"
    told = _sentence(warm, *(now or ()), *(f"since its start {one}" for one in before))
    air, power = "Let air to it: from 80 °C on it is slower.", "Give it a stronger power supply"
    if degrees is not None and degrees >= _HOT_C:
        return _fail("heat", told, air)
    if now or before:
        return Check(name="heat", status="warn", message=told, mend=f"{power}, or let air to it.")
    if degrees is not None and degrees >= _WARM_C:
        return Check(name="heat", status="warn", message=told, mend=air)
    return Check(name="heat", status="ok", message=told or "It is not slowed down.")


def _sentence(*parts: str) -> str:
    """Parts of a sentence made one; empty where there are none."""
    text = "; ".join(filter(None, parts))
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def service(env: Mapping[str, str]) -> Check:
    """Who looks after the box: systemd, or whoever sits at the terminal."""
    if not Path("/run/systemd/system").is_dir():
        return Check(
            name="service", status="skip", message="No systemd runs here; start moodbox run."
        )
    status = _output(["systemctl", "is-active", "moodbox.target"], env).strip()
    if status == "active":
        return Check(name="service", status="ok", message="systemd keeps moodbox.target running.")
    if status in ("failed", "inactive", "activating") and _has_units():
        return Check(
            name="service",
            status="warn",
            message=f"moodbox.target is {status}.",
            mend="Start it: systemctl start moodbox.target; journalctl -u 'moodbox-*' says more.",
        )
    return Check(name="service", status="skip", message="It is no service here; start moodbox run.")


def _has_units() -> bool:
    folders = ("/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system")
    return any(Path(folder, "moodbox.target").exists() for folder in folders)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def warmest(zones: Path = _ZONES) -> float | None:
    """Degrees of the warmest part; None where nothing tells."""
    degrees = []
    for zone in zones.glob("thermal_zone*/temp"):
        try:
            degrees.append(int(zone.read_text(encoding="ascii")) / 1000)
        except (OSError, ValueError):
            continue  # a zone that is off
    return max((one for one in degrees if 0 < one < 150), default=None)


def throttling(firmware: str = _FIRMWARE, devices: Path = _PLATFORM) -> int | None:
    """The bits of a Raspberry Pi's firmware: the low ones of now, the high ones of since its start.

    A service may have no right to the device that the firmware's own tool asks; the kernel's file
    can be read by everybody.
    """
    for file in sorted(devices.glob("soc*/soc*firmware/get_throttled")):
        with contextlib.suppress(OSError, ValueError):
            return int(file.read_text(encoding="ascii"), 16)
    if shutil.which(firmware) is None:
        return None
    with contextlib.suppress(ValueError):
        said = _output([firmware, "get_throttled"], os.environ).strip()
        return int(said.partition("=")[2], 16)
    return None


def slowed_down(firmware: str = _FIRMWARE, devices: Path = _PLATFORM) -> bool | None:
    """Whether it is held back now, or its power supply too weak; None where nothing tells."""
    bits = throttling(firmware, devices)
    return None if bits is None else bool(bits & sum(_THROTTLED))


def _throttled(bits: int | None) -> tuple[list[str] | None, list[str]]:
    """What these say of now, and of earlier; None on other machines."""
    if bits is None:
        return None, []
    now = [text for bit, text in _THROTTLED.items() if bits & bit]
    before = [
        text.replace("is ", "was ") for bit, text in _THROTTLED.items() if bits >> _BEFORE & bit
    ]
    return now, before


def _output(command: list[str], env: Mapping[str, str]) -> str:
    """What a program prints; nothing where it does not in time."""
    try:
        done = subprocess.run(
            command, env=dict(env), capture_output=True, text=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout


def _fail(name: str, message: str, mend: str) -> Check:
    return Check(name=name, status="fail", message=message, mend=mend)
