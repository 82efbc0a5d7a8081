"""`moodbox bench eye`: how long a look takes, stage by stage, beside the bare libraries."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, TextIO

import msgspec
from msgspec.structs import replace

from edge import __version__
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


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One row of `bench … --json`."""

    name: str
    value: float
    unit: str
    n: int | None = None
    p50: float | None = None
    p95: float | None = None
    reference: str | None = None
    """The name of the result that it is compared with."""
    ratio: float | None = None
    """Its value in values of the reference."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of `bench … --json`."""

    schema: int = 1
    bench: str
    machine: dict[str, Any]
    results: list[Result]


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
        measured = ask("edge.bench_looks:bench_eye", argument, seconds + _PATIENCE_S)
        core = measured["core"]
        results += rows(runtime, measured)
    report = Report(bench="eye", machine=machine(core), results=results)
    if json:
        print(msgspec.json.encode(report).decode(), file=out)
    else:
        print("\n".join(table(report)), file=out)
    return 0


def machine(core: int | None) -> dict[str, Any]:
    """What the figures hold for."""
    return {
        "moodbox": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "core_used": core,
        "load": round(os.getloadavg()[0], 2),
    }


def rows(runtime: str, measured: dict[str, Any]) -> list[Result]:
    """The results of one runtime, the ratios with them."""
    times: dict[str, list[float]] = measured["times_ms"]
    median = {stage: _quantile(times[stage], 0.5) for stage in STAGES}
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
                p95=round(_quantile(times[stage], 0.95), 3),
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


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def _processor() -> str:
    """As Linux names it; a Raspberry Pi names itself elsewhere."""
    try:
        board = Path("/proc/device-tree/model").read_text(encoding="ascii", errors="replace")
        return board.rstrip("\0\n")
    except OSError:
        pass
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    named = [line.partition(":")[2].strip() for line in text.splitlines() if "model name" in line]
    return named[0] if named else platform.processor() or platform.machine()
