"""The folder of one run: what made it, its checkpoints, its log and its curves."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import msgspec

from trainer.errors import RunError
from trainer.judge import Epoch
from trainer.recipes import Recipe


class Teaching(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What `config.json` says: the same again makes the same weights on the same machine."""

    recipe: Recipe
    seed: int
    data_sha256: str
    teachers: tuple[str, ...] | None = None
    """SHA-256 of the files with the teachers' answers."""
    start: str | None = None
    """SHA-256 of the checkpoint whose weights it began with."""
    mixed: tuple[str, float] | None = None
    """SHA-256 of the checkpoint it was mixed with afterwards, and the share that this run has."""


class Curves(Protocol):
    """Where an epoch's figures are drawn."""

    def draw(self, line: Epoch) -> None:
        """Add one point to each curve."""


class RunFolder:
    """Opened once per process; only one process of several writes."""

    def __init__(self, path: Path, about: Teaching, *, writes: bool = True) -> None:
        self.path, self._writes = path, writes
        self.best, self.latest = path / "best.pt", path / "last.pt"
        config = path / "config.json"
        told = msgspec.json.encode(about)
        if config.exists() and _plain(config.read_bytes()) != _plain(told):
            raise RunError(f"{path} holds another run; name a new folder with --run")
        if writes:
            path.mkdir(parents=True, exist_ok=True)
            part = config.with_name(f"{config.name}.{os.getpid()}.part")
            part.write_bytes(msgspec.json.format(told))
            part.replace(config)

    def last(self) -> dict[str, Any] | None:
        """What to go on from, None at the beginning."""
        if not self.latest.exists():
            return None
        import torch

        kept: dict[str, Any] = torch.load(self.latest, weights_only=True, map_location="cpu")
        return kept

    def log(self, line: Epoch) -> None:
        """Add the epoch; a line that a killed run wrote without its checkpoint is replaced."""
        path = self.path / "log.jsonl"
        before = path.read_bytes().splitlines() if path.exists() else []
        lines = [*before[: line.epoch - 1], msgspec.json.encode(line)]
        part = path.with_name(f"{path.name}.part")
        part.write_bytes(b"\n".join(lines) + b"\n")
        part.replace(path)

    @contextlib.contextmanager
    def curves(self, epoch: int) -> Iterator[Curves]:
        """TensorBoard's file, from this epoch on."""
        if not self._writes:
            yield _Nowhere()
            return
        from torch.utils.tensorboard import SummaryWriter

        writer = SummaryWriter(str(self.path / "curves"), purge_step=epoch + 1)
        try:
            yield _Board(writer)
        finally:
            writer.close()


def _plain(encoded: bytes) -> Any:
    return msgspec.json.decode(encoded)


class _Nowhere:
    def draw(self, line: Epoch) -> None:
        pass


class _Board:
    def __init__(self, writer: Any) -> None:
        self._writer = writer

    def draw(self, line: Epoch) -> None:
        figures = msgspec.to_builtins(line)
        for name in ("fer2013", "perceived", "perceived_balanced"):
            self._writer.add_scalar(f"PublicTest/{name}", figures[name], line.epoch)
        self._writer.add_scalar("Training/loss", line.loss, line.epoch)
        self._writer.add_scalar("seconds", line.seconds, line.epoch)
        self._writer.flush()
