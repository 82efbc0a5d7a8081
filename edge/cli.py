"""The `moodbox` command: parse, call, print."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Entry point; a question for the version is answered before anything is imported."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from edge import __version__

        print(f"moodbox {__version__}")
        raise SystemExit(0)
    if sys.argv[1:2] == ["ctl"]:
        from edge.ctl.quick import answered

        done = answered(sys.argv[2:], os.environ)
        if done is not None:
            raise SystemExit(done)
    from edge.cli_commands import app

    app()


if __name__ == "__main__":
    main()
