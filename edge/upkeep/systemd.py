"""systemd where it is, nothing where it is not: ready, watchdog, status, and the journal."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Mapping

from edge.ports import Supervisor


class Nobody:
    """No supervisor: a terminal."""

    def ready(self, status: str) -> None: ...
    def alive(self) -> None: ...
    def status(self, text: str) -> None: ...
    def stopping(self) -> None: ...


class Systemd:
    """The service manager that started this process."""

    def __init__(self) -> None:
        from systemd import daemon

        self._daemon = daemon

    def ready(self, status: str) -> None:
        self._notify(f"READY=1\nSTATUS={status}")

    def alive(self) -> None:
        self._notify("WATCHDOG=1")

    def status(self, text: str) -> None:
        self._notify(f"STATUS={text}")

    def stopping(self) -> None:
        self._notify("STOPPING=1")

    def _notify(self, text: str) -> None:
        # The socket may be inherited from a stranger and closed to us: a container's, a terminal's.
        with contextlib.suppress(OSError):
            self._daemon.notify(text)


def supervisor(env: Mapping[str, str]) -> Supervisor:
    """Whoever watches over this process."""
    return Systemd() if env.get("NOTIFY_SOCKET") else Nobody()


def start_logging(process: str, env: Mapping[str, str], *, verbose: bool = False) -> None:
    """Log to the journal where this process writes into it, else to standard error."""
    handler: logging.Handler
    if env.get("JOURNAL_STREAM") and env.get("INVOCATION_ID"):
        from systemd import journal

        handler = journal.JournalHandler(SYSLOG_IDENTIFIER=f"moodbox-{process}")
        handler.setFormatter(logging.Formatter("%(message)s"))
    else:
        handler = logging.StreamHandler(sys.stderr)
        form = f"%(asctime)s {process} %(levelname)s: %(message)s"
        handler.setFormatter(logging.Formatter(form, "%H:%M:%S"))
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.INFO, handlers=[handler], force=True
    )
