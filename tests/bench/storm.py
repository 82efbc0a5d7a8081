"""What one connection costs the broker, bare and with TLS: `python -m tests.bench.storm [--json]`.

Boxes come back all at once after a failure; a broker's processor bounds how many it lets in each
second. The certificates are those that `deploy/mosquitto/enrol` makes (ECDSA, P-256).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from edge.bench.report import Report, Result, machine
from edge.mqtt.address import Address
from edge.mqtt.knock import knock
from tests.bench.home import ROOT, cpu_s
from tests.broker import HOST, Mosquitto


def measure(count: int) -> Iterator[Result]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        made = folder / "made"
        words = ("--broker", HOST, "--boxes", "one")
        enrol = ROOT / "deploy" / "mosquitto" / "enrol"
        subprocess.run(
            [sys.executable, str(enrol), str(made), *words], check=True, stdout=subprocess.DEVNULL
        )
        mine = made / "broker" / "moodbox"
        guarded = (
            "allow_anonymous true",
            f"cafile {mine / 'ca.crt'}",
            f"certfile {mine / 'server.crt'}",
            f"keyfile {mine / 'server.key'}",
        )
        plain_ms = _connection_ms(folder, count)
        yield _result("a connection without TLS", plain_ms, count)
        ca_file = str(made / "boxes" / "one" / "mqtt-ca.crt")
        tls_ms = _connection_ms(folder, count, guarded, ca_file)
        yield _result("a connection with TLS", tls_ms, count, plain_ms)


def _connection_ms(
    folder: Path, count: int, lines: tuple[str, ...] = ("allow_anonymous true",), ca_file: str = ""
) -> float:
    """Milliseconds of the broker's processor, from the TCP connection to its end."""
    broker = Mosquitto(folder, lines)
    broker.start()
    try:
        address = Address(host=HOST, port=broker.port, tls=bool(ca_file), ca_file=ca_file)
        knock(address, "warm")
        before = cpu_s(broker.pid)
        for number in range(count):
            wrong = knock(address, f"storm-{number}").wrong
            assert wrong is None, wrong
        time.sleep(0.1)  # it still lets the last one go
        return 1000 * (cpu_s(broker.pid) - before) / count
    finally:
        broker.kill()


def _result(name: str, ms: float, n: int, reference_ms: float | None = None) -> Result:
    return Result(
        name=name,
        value=round(ms, 3),
        unit="ms of the broker's processor",
        n=n,
        reference=None if reference_ms is None else "a connection without TLS",
        ratio=None if not reference_ms else round(ms / reference_ms, 1),
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=2000)
    asked.add_argument("--json", action="store_true")
    words = asked.parse_args()
    results = []
    for one in measure(words.count):
        results.append(one)
        if not words.json:
            rate = 1000 / one.value if one.value else 0.0
            print(f"{one.name:28} {one.value:7.3f} {one.unit}: {rate:.0f} a second and core")
    if words.json:
        report = Report(bench="storm", machine=machine(), results=results)
        print(msgspec.json.encode(report).decode())


if __name__ == "__main__":
    main()
