"""`moodbox-train data`."""

from __future__ import annotations

from trainer.commands.options import AsJson, Data, Votes


def data(source: Data, ferplus: Votes = None, json: AsJson = False) -> None:
    """Tell what a dataset holds: faces by split and mood, votes, copies across splits."""
    from trainer.data import load
    from trainer.report import as_json, data_table, describe

    about = describe(load(source, ferplus))
    print(as_json(about) if json else data_table(about))
