"""A broker that announces itself by a real Avahi is suggested and not spoken to.

In a network of the test's own, which begins and ends with it: two ends of one cable, nothing else.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICE = ROOT / "deploy" / "mosquitto" / "mqtt.service"
AVAHI = shutil.which("avahi-daemon") or shutil.which("avahi-daemon", path="/usr/sbin")

NETWORK = """
set -e
ip link set lo up
ip link add one type veth peer name two
ip address add 10.99.0.1/24 dev one
ip link set one up
ip link set two up
ip route add 224.0.0.0/4 dev one
mount -t tmpfs none /run
mkdir /run/avahi-daemon
"""
ASK = """
import json, socket, time
from edge import doctor_broker
from edge.config import Config
with socket.create_server(("10.99.0.1", 8883)) as broker:
    broker.setblocking(False)
    until = time.monotonic() + 20
    while True:
        check = doctor_broker.broker(Config(), {}, running=False, by_hand=True)
        if check.mend or time.monotonic() > until:
            break
    try:
        broker.accept()
        spoken = True
    except BlockingIOError:
        spoken = False
print(json.dumps([check.status, check.message, check.mend, spoken]))
"""


def own_network() -> bool:
    """Only root may make one, and not on every machine."""
    tools = all(shutil.which(tool) for tool in ("unshare", "ip", "mount"))
    if not tools or os.geteuid():
        return False
    words = ["unshare", "-n", "-m", "sh", "-c", "ip link add one type veth peer name two"]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def asked(folder: Path, before: str, announced: Path | None) -> Any:
    """What `doctor` says in there, and whether it came to the broker's door."""
    services = folder / "services"
    services.mkdir()
    if announced is not None:
        shutil.copy(announced, services)
    conf = folder / "avahi.conf"
    conf.write_text("[server]\nhost-name=broker\nuse-ipv6=no\nenable-dbus=no\n")
    script = f"""{NETWORK}
mount --bind {services} /etc/avahi/services
{before}
exec "{sys.executable}" -c '{ASK}'
"""
    done = subprocess.run(
        ["unshare", "-n", "-m", "--fork", "--pid", "--kill-child", "sh", "-c", script],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.skipif(AVAHI is None, reason="avahi-daemon is not installed")
@pytest.mark.skipif(not own_network(), reason="no network of its own can be made here")
def test_it_is_suggested_and_left_alone(tmp_path: Path) -> None:
    flags = "--no-drop-root --no-chroot --no-rlimits"
    start = f"{AVAHI} -f {tmp_path}/avahi.conf {flags} >{tmp_path}/log 2>&1 &"
    status, message, mend, spoken = asked(tmp_path, start, SERVICE)
    assert status == "skip"
    assert "broker.local:8883 with TLS (Mosquitto on broker, 10.99.0.1)" in message
    assert "Anybody can announce one" in mend
    assert not spoken, "a suggestion is never spoken to"
