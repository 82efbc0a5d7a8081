"""Puts box together: library, broker, link, and the loop that owns the state."""

from __future__ import annotations

import gc
import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from edge import __version__
from edge.box import Box
from edge.config import LibraryConfig, certificates, password, playing, settings
from edge.config.identity import box_id
from edge.correspondence import Correspondence
from edge.desk import Desk
from edge.diagnosing import Diagnosing
from edge.doctor import Doctor
from edge.ears import Ears
from edge.errors import ModelError
from edge.eye.model_card import Card, load_card
from edge.inbox import Inbox, Watchers
from edge.keeping import Keeping
from edge.library.films import SHIPPED, read_films
from edge.library.history import HistoryStore
from edge.library.listener import Listener
from edge.library.lock import LibraryLock
from edge.library.scanner import Scanner
from edge.library.watching import Watcher
from edge.library_tool import library_of
from edge.link import Server
from edge.messages import FromEye, FromPlayer, FromTool, Playing, Track
from edge.mind import conductor
from edge.mqtt import event_ids
from edge.mqtt.address import address_of
from edge.mqtt.keeper import Keeper
from edge.mqtt.outbox import Outbox
from edge.mqtt.publisher import MqttPublisher
from edge.mqtt.topics import (
    About,
    ModelFacts,
    Topics,
    answer_payload,
    track_payload,
    utc,
)
from edge.mqtt.uplink import ANNOUNCE_S, Uplink
from edge.process import Process
from edge.resting import Resting
from edge.rules import rules
from edge.scans import Scans
from edge.upkeep.gauges import MachineGauges
from edge.upkeep.vitals import Vitals

_COLLECTED = (20_000, 20, 1000)
"""Looking for circles among all objects takes 0.1 s with 100,000 songs, so it is done seldom."""
_WAIT_S = 20.0
"""A tool that scans gives the library up at once; a box that ends takes five seconds at most."""
_log = logging.getLogger("moodbox")


def run(process: Process) -> None:
    """Until told to stop."""
    loaded, places, stack = process.launch.loaded, process.launch.places, process.stack
    config = loaded.config
    for warning in loaded.warnings:
        _log.warning("%s", warning)
    places.state.mkdir(parents=True, exist_ok=True)
    gc.set_threshold(*_COLLECTED)
    inbox, watchers = Inbox(), Watchers()
    stack.enter_context(LibraryLock(places.state).held(_WAIT_S))
    library = stack.enter_context(library_of(config.library, places))
    diary = stack.enter_context(HistoryStore(places.history, track_payload, utc, library.forget))
    scanner = stack.enter_context(Scanner(inbox.put))
    scans = Scans(library, scanner)
    ears = Ears(library.places, stack.enter_context(Listener(inbox.put)))
    card = _card(places.models)
    outbox = Outbox(order=[_topics(process).of(name) for name in ("info", "state", "health")])
    publisher = _publisher(process, inbox, watchers, card, outbox)
    gauges = stack.enter_context(MachineGauges({"box": os.getpid()}))
    server = Server(
        places.socket,
        {"eye": FromEye, "player": FromPlayer, "tool": FromTool},
        on_message=inbox.hear,
        on_gone=inbox.lose,
        on_trouble=lambda text: _log.warning("link: %s", text),
    )
    stack.callback(server.close)
    stack.callback(publisher.close)
    resting = Resting(places.rest, card.sha256 if card else None)
    box = Box(
        conductor.begin(rules(config, card, resting.probabilities), loaded.settings),
        inbox,
        watchers,
        library,
        publisher,
        keeping=Keeping(lambda changed: _keep(places.settings, changed)),
        desk=Desk(library, scans, diary, _films(config.library), _diagnosing(process)),
        correspondence=Correspondence(partial(answer_payload, box_id(config.box))),
        diary=diary,
        resting=resting,
        scans=scans,
        ears=ears,
        vitals=Vitals(time.monotonic(), gauges, lambda: {"inbox": inbox.depth, **outbox.depths()}),
        beat=lambda: process.beats.beat("loop"),
        playing=playing.read(places.playing),
        keep_playing=lambda now: _keep_playing(places.playing, now),
    )
    server.start()
    publisher.start()
    scans.begin()
    if config.library.watch:
        stack.enter_context(Watcher(lambda: library.roots, inbox.put, config.library.hidden))
    process.ready("playing to your mood")
    box.run(process.stop)


def _topics(process: Process) -> Topics:
    config = process.launch.loaded.config
    mqtt, name = config.mqtt, box_id(config.box)
    return Topics(prefix=mqtt.prefix, id=name, groups=mqtt.groups, discovery=mqtt.discovery)


def _publisher(
    process: Process, inbox: Inbox, watchers: Watchers, card: Card | None, outbox: Outbox
) -> MqttPublisher:
    config, places = process.launch.loaded.config, process.launch.places
    mqtt, topics = config.mqtt, _topics(process)
    about = About(version=__version__, id=topics.id, name=config.box.name, model=_facts(card))
    uplink, newest = None, ""
    if mqtt.host:
        keeper = process.stack.enter_context(Keeper(outbox, places.state, topics.of("event")))
        newest = keeper.newest_id
        certificates.check_certificates(mqtt)
        address = address_of(mqtt, password.read_password(mqtt, process.env))
        # A broker of our own need not be spared the crowd of boxes after its restart.
        announce_s = 0.0 if address.here else ANNOUNCE_S
        uplink = Uplink(
            address,
            topics,
            outbox,
            inbox.wait,
            inbox.put,
            announce_s,
            on_request=inbox.inquire,
        )
    ids = event_ids.kept_in(places.state, time.time(), newest)
    return MqttPublisher(topics, about, ids, outbox, uplink, watchers.send)


def _card(folder: Path) -> Card | None:
    """The model's card; box does without a model, eye will say what is wrong."""
    try:
        return load_card(folder / "emotion.json")
    except ModelError as error:
        _log.warning("%s", error)
        return None


def _facts(card: Card | None) -> ModelFacts | None:
    """What everyone may know of the model."""
    if card is None:
        return None
    truth = card.confusion.truth
    figure = next((m for m in card.metrics if (m.head, m.truth) == (card.used, truth)), None)
    if figure is None:
        return None
    return ModelFacts(sha256=card.sha256, accuracy=figure.accuracy, split=figure.split)


def _films(config: LibraryConfig) -> Callable[[], Sequence[Track]]:
    """Read when first asked for: most boxes are never asked."""
    paths = tuple(Path(path) for path in config.films) or (SHIPPED,)
    return cache(lambda: read_films(paths).films)


def _diagnosing(process: Process) -> Diagnosing:
    launch = process.launch
    doctor = Doctor(launch.loaded, launch.places, process.env)
    # The loudspeaker is the player's: a test of it would be heard.
    questions = [one for one in doctor.questions() if one[0] != "sound"]
    return Diagnosing(lambda: questions)


def _keep(path: Path, changed: Mapping[str, Any]) -> None:
    """A full or broken disk costs the memory, not the music."""
    try:
        settings.save(path, changed)
    except OSError as error:
        _log.error("the settings could not be kept in %s: %s", path, error.strerror)


def _keep_playing(path: Path, now: Playing | None) -> None:
    """A full or broken disk costs the memory, not the music."""
    try:
        playing.keep(path, now)
    except OSError as error:
        _log.warning("what plays could not be kept in %s: %s", path, error.strerror)
