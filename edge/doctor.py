"""`moodbox doctor`: looks at every part of the box in turn and says what mends what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TextIO

import msgspec

from edge import doctor_broker
from edge.config import Config
from edge.config.load import Loaded
from edge.config.paths import Paths
from edge.doctor_box import running_box
from edge.errand import ErrandError, ask
from edge.errors import AudioError, ConfigError
from edge.link import answers
from edge.messages import MOODS
from edge.player.drivers import Drivers
from edge.upkeep import machine
from edge.upkeep.doctor import Check, Question, Status, diagnosis, examine, line

_SETUP = "Run deploy/setup: it puts the files there anew."
_CAMERA_S = 12.0


class Doctor:
    """The checks of one box, as it is configured."""

    def __init__(
        self,
        loaded: Loaded | ConfigError,
        places: Paths,
        env: Mapping[str, str],
        *,
        by_hand: bool = False,
    ) -> None:
        """`by_hand`: a person asks, so that something may be sent to find out more."""
        self._loaded = loaded
        # Where it is wrong, the other parts are looked at as the defaults would have them.
        self._config = Config() if isinstance(loaded, ConfigError) else loaded.config
        # One whose configuration cannot be read may have forbidden it there.
        self._by_hand = by_hand and not isinstance(loaded, ConfigError)
        self._places = places
        self._env = env

    def questions(self) -> tuple[Question, ...]:
        """In the order in which a fault would explain the next."""
        return (
            ("python", machine.python),
            ("packages", machine.packages),
            ("configuration", self._configuration),
            ("isolation", self._isolation),
            ("model", self._model),
            ("detector", self._detector),
            ("camera", self._camera),
            ("sound", self._sound),
            ("broker", self._broker),
            ("box", lambda: running_box(self._places.socket)),
            ("state", lambda: machine.state(self._places.state)),
            ("heat", machine.heat),
            ("service", lambda: machine.service(self._env)),
        )

    def _configuration(self) -> Check:
        if isinstance(self._loaded, ConfigError):
            told = " ".join(self._loaded.problems)
            return _check("configuration", "fail", told, "Mend it, and ask moodbox config check.")
        file = self._loaded.path or "no file, all defaults"
        if self._loaded.warnings:
            return _check("configuration", "warn", " ".join(self._loaded.warnings), "Look at it.")
        return _check("configuration", "ok", f"The configuration is right ({file}).")

    def _isolation(self) -> Check:
        try:
            in_force: list[str] = ask("edge.errands_eye:isolation")
        except ErrandError as error:
            mend = "Run it on a 64-bit Linux whose kernel has seccomp, or as the systemd unit."
            return _check("isolation", "fail", str(error), mend)
        told = f"eye gives up the network by {', '.join(in_force)}."
        if self._config.camera.allow_network and "://" in self._config.camera.source:
            return _check("isolation", "warn", f"{told} A network camera is allowed, though.", None)
        return _check("isolation", "ok", told)

    def _model(self) -> Check:
        asked = {"models": str(self._places.models), "runtime": self._config.eye.runtime}
        try:
            found: dict[str, Any] = ask("edge.errands_eye:model", asked)
        except ErrandError as error:
            return _check("model", "fail", str(error), _SETUP)
        shape = "×".join(map(str, found["shape"]))
        told = (
            f"{found['model']} ({found['sha256'][:12]}) fits its card: {len(found['labels'])}"
            f" labels, {shape} {found['dtype']}, scale {found['scale']:.4g}; it runs on"
            f" {found['runtime']}"
        )
        right, shown = found["mean_faces"]
        if right < shown or shown < len(MOODS):
            told += f", and reads {right} of {len(MOODS)} mean faces rightly."
            return _check("model", "warn", told, _SETUP)
        if "litert" not in found["installed"]:
            mend = "Install ai-edge-litert: it takes a half to a sixth of the time."
            return _check("model", "warn", f"{told}, the slower one.", mend)
        return _check("model", "ok", f"{told}.")

    def _detector(self) -> Check:
        asked = {"models": str(self._places.models)}
        try:
            found: dict[str, Any] = ask("edge.errands_eye:detector", asked)
        except ErrandError as error:
            return _check("detector", "fail", str(error), _SETUP)
        told = f"{found['file']} ({found['sha256'][:12]})"
        if not found["known"]:
            return _check("detector", "warn", f"{told} is not the tested file.", _SETUP)
        if not found["found"]:
            return _check("detector", "warn", f"{told} does not find the demo's face.", _SETUP)
        return _check("detector", "ok", f"{told} is the tested file and finds the demo's face.")

    def _camera(self) -> Check:
        camera = self._config.camera
        if answers(self._places.socket):
            told = "Moodbox is running and has the camera; its health says how it is."
            return _check("camera", "skip", told)
        asked = {
            "config": msgspec.to_builtins(self._config),
            "models": str(self._places.models),
        }
        try:
            found: dict[str, Any] = ask(
                "edge.errand_camera:camera", asked, _CAMERA_S, isolated=False
            )
        except ErrandError as error:
            mend = "moodbox devices lists the cameras; name one in camera.source."
            return _check("camera", "fail", f"{camera.source}: {error}", mend)
        size = f"{found['width']} × {found['height']}"
        told = (
            f"{camera.source} ({found['kind']}) gave {size} pixels after {found['first_s']:.1f} s."
        )
        return _check("camera", "ok", told)

    def _sound(self) -> Check:
        player = self._config.player
        if player.driver == "none":
            return _check("sound", "skip", "player.driver is none: it plays in silence.")
        try:
            driver = Drivers(player.driver, player.device, self._env).find()
        except AudioError as error:
            mend = "moodbox devices lists what there is; none plays in silence."
            return _check("sound", "fail", str(error), mend)
        device = player.device or "its default"
        return _check("sound", "ok", f"The loudspeaker opens: {driver}, {device}.")

    def _broker(self) -> Check:
        running = answers(self._places.socket)
        return doctor_broker.broker(self._config, self._env, running=running, by_hand=self._by_hand)


def run(
    loaded: Loaded | ConfigError,
    places: Paths,
    env: Mapping[str, str],
    out: TextIO,
    *,
    json: bool,
) -> int:
    """Check all and tell it; 1 where something failed."""
    checks = _told(
        examine(Doctor(loaded, places, env, by_hand=True).questions()), None if json else out
    )
    whole = diagnosis(checks)
    if json:
        print(msgspec.json.encode(whole).decode(), file=out)
    else:
        print(_end(whole.checks), file=out)
    return 0 if whole.ok else 1


def _told(checks: Iterator[Check], out: TextIO | None) -> Iterator[Check]:
    """Each is shown as soon as it is known: some take seconds."""
    for check in checks:
        if out is not None:
            print(line(check), file=out, flush=True)
        yield check


def _end(checks: tuple[Check, ...]) -> str:
    failed = sum(check.status == "fail" for check in checks)
    warned = sum(check.status == "warn" for check in checks)
    if failed:
        return f"\n{failed} of {len(checks)} checks failed."
    return "\nAll is well." if not warned else f"\nIt will run; {warned} of {len(checks)} warn."


def _check(name: str, status: Status, message: str, mend: str | None = None) -> Check:
    return Check(name=name, status=status, message=message, mend=mend)
