"""`moodbox bench eye`: how long a look takes, stage by stage, beside the bare libraries."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, TextIO

import msgspec
from msgspec.structs import replace

from edge.bench.report import Report, Result, machine, quantile
from edge.config import EyeConfig
from edge.errand import ask

RUNTIMES: Final = {"litert": "ai_edge_litert", "tflite": "tflite_runtime"}
STAGES: Final = (
    "capture",
    "detect",
    "cut",
    "normalise",
    "read",
    "look",
    "empty look",
    "bare detect",
    "bare invoke",
)
_PATIENCE_S = 60.0
"""Beyond the time of measuring: to start, and to warm up."""
_REFERENCES: Final = {
    "detect": ("bare detect",),
    "read": ("bare invoke",),
    "look": ("bare detect", "bare invoke"),
}


def run(models: Path, eye: EyeConfig, seconds: float, out: TextIO, *, json: bool) -> int:
    """Measure with every runtime that is installed, and tell it."""
    results: list[Result] = []
    core: int | None = None
    for runtime in (name for name, module in RUNTIMES.items() if find_spec(module)):
        argument = {
            "models": str(models),
            "eye": msgspec.to_builtins(replace(eye, runtime=runtime)),
            "seconds": seconds,
        }
        measured = ask("edge.bench.looks:bench_eye", argument, seconds + _PATIENCE_S)
        core = measured["core"]
        results += rows(runtime, measured)
    report = Report(bench="eye", machine=machine(core), results=results)
    if json:
        print(msgspec.json.encode(report).decode(), file=out)
    else:
        print("\n".join(table(report)), file=out)
    return 0


def rows(runtime: str, measured: dict[str, Any]) -> list[Result]:
    """The results of one runtime, the ratios with them."""
    times: dict[str, list[float]] = measured["times_ms"]
    median = {stage: quantile(times[stage], 0.5) for stage in STAGES}
    median["bare pair"] = median["bare detect"] + median["bare invoke"]
    found = []
    for stage in STAGES:
        reference = _REFERENCES.get(stage)
        base = "bare pair" if reference and len(reference) > 1 else reference and reference[0]
        found.append(
            Result(
                name=f"{stage}, {runtime}",
                value=round(median[stage], 3),
                unit="ms",
                n=len(times[stage]),
                p50=round(median[stage], 3),
                p95=round(quantile(times[stage], 0.95), 3),
                reference=f"{base}, {runtime}" if base else None,
                ratio=round(median[stage] / median[base], 3) if base else None,
            )
        )
    pair = round(median["bare pair"], 3)
    found.append(Result(name=f"bare pair, {runtime}", value=pair, unit="ms"))
    found += _averages(runtime, times)
    memory = Result(name=f"memory, {runtime}", value=measured["memory_mb"], unit="MB")
    return [*found, memory]


def _averages(runtime: str, times: dict[str, list[float]]) -> list[Result]:
    """Where most looks cost little and some much, the median tells half the story."""
    mean = {stage: sum(of) / len(of) for stage, of in times.items()}
    pair = mean["bare detect"] + mean["bare invoke"]
    base = f"bare pair on average, {runtime}"
    return [
        Result(
            name=f"look on average, {runtime}",
            value=round(mean["look"], 3),
            unit="ms",
            n=len(times["look"]),
            reference=base,
            ratio=round(mean["look"] / pair, 3),
        ),
        Result(name=base, value=round(pair, 3), unit="ms"),
    ]


def table(report: Report) -> list[str]:
    """For a person."""
    about = report.machine
    lines = [
        f"{about['processor']}, one core of {about['cores']}, load {about['load']:g};"
        f" Python {about['python']}",
        "",
        f"{'':30} {'median':>8} {'95 %':>8}  {'':2}  {'of the bare call':>16}",
    ]
    for row in report.results:
        p95 = "" if row.p95 is None else f"{row.p95:.2f}"
        ratio = "" if row.ratio is None else f"{row.ratio:.2f} ×"
        lines.append(f"{row.name:30} {row.value:8.2f} {p95:>8}  {row.unit:2}  {ratio:>16}")
    return lines
