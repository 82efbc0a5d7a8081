"""The subcommands of `moodbox-train`: parse, call, print. Heavy parts are imported inside them."""

from __future__ import annotations

import typer

from trainer.commands import answers, baselines, curves, data, evaluate, fit, preprocessing, ship

app = typer.Typer(
    help="Make Moodbox's emotion model on a workstation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for command in (
    data.data,
    fit.fit,
    answers.answers,
    curves.curves,
    fit.distill,
    ship.mix,
    ship.quantize,
    evaluate.evaluate,
    baselines.baselines,
    preprocessing.preprocessing,
    ship.card,
):
    app.command()(command)
app.command("mean-faces")(ship.mean_faces)
