"""A few boxes of the fleet's bench on one broker: they come, obey, answer, and come back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.fleet import fleet
from tests.broker import BINARY

pytestmark = pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed")
BOXES = 5


def test_all_come_obey_one_message_answer_and_come_back(tmp_path: Path) -> None:
    with fleet(tmp_path, BOXES, every_s=0.5, announce_s=0.5) as (here, watch):
        watch.until(lambda: watch.announced, 30, "all announced")

        watch.command(23)
        watch.until(lambda: len(watch.obeyed) == BOXES, 10, "all obeyed")
        watch.until(lambda: watch.all_show(23), 10, "all show it")

        tally = watch.fresh()

        def enough() -> bool:
            watch.ask()
            return len(tally.answer_s) >= 10 and len(tally.state_s) >= 10

        watch.until(enough, 20, "answers and states")
        watch.until(lambda: watch.unanswered == 0, 10, "the last answers")
        assert tally.echo_s

        here.broker.kill()
        here.broker.start()
        watch.again()
        watch.until(lambda: watch.announced, 30, "all announced again")
        pids = here.pids
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
