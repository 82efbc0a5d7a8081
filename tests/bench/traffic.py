"""What one box says while it plays and watches, in messages and bytes a minute."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

from edge.bench.report import Result
from tests.bench.asking import listen
from tests.bench.home import BOX, Home, memory_mb

AS_AT_HOME = {"demo.face_s": "20", "mood.patience_s": "20"}
"""Another face every twenty seconds: livelier than most rooms."""
_HEADER = 10
"""Bytes before topic and payload: kind, length, topic's length, number, properties."""


def measure(here: Home, seconds: float) -> Iterator[Result]:
    messages: Counter[str] = Counter()
    size: Counter[str] = Counter()
    with listen(here.broker.port, "#") as asker:
        while asker.heard():
            pass  # what is retained
        began = time.perf_counter()
        while (took := time.perf_counter() - began) < seconds:
            for topic, payload in asker.heard():
                name = topic.removeprefix(f"moodbox/{BOX}/")
                messages[name] += 1
                size[name] += _HEADER + len(topic) + len(payload)
    minutes = took / 60
    for name, count in messages.most_common():
        yield Result(name=f"{name} messages", value=round(count / minutes, 1), unit="a minute")
        yield Result(name=f"{name} bytes", value=round(size[name] / count), unit="a message")
    total, whole = sum(messages.values()) / minutes, sum(size.values()) / took
    yield Result(name="all messages", value=round(total, 1), unit="a minute")
    yield Result(name="all bytes", value=round(whole, 1), unit="bytes a second")
    for name in ("box", "eye", "player"):
        value = round(memory_mb(here.process(name)), 1)
        yield Result(name=f"memory of {name}", value=value, unit="MiB")
