"""Puts box together: library, broker, link, and the loop that owns the state."""

from __future__ import annotations

import gc
import ipaddress
import logging
import time
from pathlib import Path

from edge import __version__
from edge.box import Box
from edge.config import password, playing, settings
from edge.config.identity import box_id
from edge.ears import Ears
from edge.errors import ModelError
from edge.eye.model_card import Card, load_card
from edge.inbox import Inbox, Watchers
from edge.library.listener import Listener
from edge.library.lock import LibraryLock
from edge.library.scanner import Scanner
from edge.library.watching import Watcher
from edge.library_tool import library_of
from edge.link import Server
from edge.messages import FromEye, FromPlayer, FromTool, Playing, Settings
from edge.mind import conductor
from edge.mqtt import event_ids
from edge.mqtt.address import Address
from edge.mqtt.outbox import Outbox
from edge.mqtt.publisher import MqttPublisher
from edge.mqtt.topics import About, ModelFacts, Topics
from edge.mqtt.uplink import ANNOUNCE_S, Uplink
from edge.process import Process
from edge.resting import Resting
from edge.rules import rules
from edge.scans import Scans

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
    scanner = stack.enter_context(Scanner(inbox.put))
    scans = Scans(library, scanner)
    ears = Ears(library.places, stack.enter_context(Listener(inbox.put)))
    card = _card(places.models)
    publisher = _publisher(process, inbox, watchers, card)
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
        keep=lambda wanted: _keep(places.settings, wanted),
        resting=resting,
        scans=scans,
        ears=ears,
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


def _publisher(
    process: Process, inbox: Inbox, watchers: Watchers, card: Card | None
) -> MqttPublisher:
    config, places = process.launch.loaded.config, process.launch.places
    mqtt = config.mqtt
    name = box_id(config.box)
    topics = Topics(prefix=mqtt.prefix, id=name, groups=mqtt.groups)
    about = About(version=__version__, id=name, name=config.box.name, model=_facts(card))
    outbox = Outbox()
    uplink = None
    if mqtt.host:
        password.check_ca_file(mqtt)
        address = Address(
            host=mqtt.host,
            port=mqtt.port or (8883 if mqtt.tls else 1883),
            username=mqtt.username,
            password=password.read_password(mqtt, process.env),
            tls=mqtt.tls,
            ca_file=mqtt.ca_file,
        )
        announce_s = 0.0 if _on_this_machine(mqtt.host) else ANNOUNCE_S
        uplink = Uplink(address, topics, outbox, inbox.put, inbox.put, announce_s)
    ids = event_ids.kept_in(places.state, time.time())
    return MqttPublisher(topics, about, ids, outbox, uplink, watchers.send)


def _on_this_machine(host: str) -> bool:
    """A broker of our own need not be spared the crowd of boxes after its restart."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


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


def _keep(path: Path, wanted: Settings) -> None:
    """A full or broken disk costs the memory, not the music."""
    try:
        settings.save(path, wanted)
    except OSError as error:
        _log.error("the settings could not be kept in %s: %s", path, error.strerror)


def _keep_playing(path: Path, now: Playing | None) -> None:
    """A full or broken disk costs the memory, not the music."""
    try:
        playing.keep(path, now)
    except OSError as error:
        _log.warning("what plays could not be kept in %s: %s", path, error.strerror)
