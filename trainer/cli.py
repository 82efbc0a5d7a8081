"""The `moodbox-train` command: a question for the version costs nothing."""

from __future__ import annotations

import sys


def main() -> None:
    """Entry point; failures that are expected end in one sentence on stderr."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from edge import __version__

        print(f"moodbox-train {__version__}")
        raise SystemExit(0)
    from edge.errors import MoodboxError
    from trainer.commands import app

    try:
        app(standalone_mode=True)
    except MoodboxError as failed:
        print(f"moodbox-train: {failed}", file=sys.stderr)
        raise SystemExit(1) from None
    except ModuleNotFoundError as missing:
        wanted = (missing.name or "a library").partition(".")[0]
        print(
            f"moodbox-train: {wanted} is not installed here;"
            " install the trainer's list with: pip install -e '.[trainer]'",
            file=sys.stderr,
        )
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
