"""Teaches a network, one checkpoint an epoch, exactly resumable after a kill.

A run folder holds `config.json` (what made it), `last.pt` (to go on from), `best.pt` (the best
averaged weights on PublicTest), `log.jsonl` (one line an epoch) and `curves/` (for TensorBoard).
"""

from __future__ import annotations

import copy
import hashlib
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import torch
from lightning_fabric import Fabric
from torch import nn

from trainer.average import follow
from trainer.batches import Batches
from trainer.catalogue import build
from trainer.checkpoint import load_network, save
from trainer.errors import RunError
from trainer.faces import Dataset
from trainer.judge import Epoch, judge
from trainer.networks import Network
from trainer.optimizers import optimizers_of
from trainer.recipes import Recipe
from trainer.runfolder import RunFolder, Teaching
from trainer.targets import Targets, worth_learning

Report = Callable[[int, int, float], None]
"""Step, steps of this epoch, loss so far."""


class Run:
    """One training run in its folder."""

    def __init__(
        self,
        folder: Path,
        recipe: Recipe,
        seed: int,
        dataset: Dataset,
        fabric: Fabric | None = None,
        taught: Targets | None = None,
        teachers: tuple[str, ...] = (),
        start: Path | None = None,
    ) -> None:
        """`taught` are the teachers' shares for all faces of Training, `teachers` their hashes.

        `start` is a checkpoint of the same network whose weights it begins with.
        """
        self.recipe, self.seed = recipe, seed
        self.fabric = fabric or Fabric(accelerator="cpu", devices=1)
        about = Teaching(
            recipe=recipe,
            seed=seed,
            data_sha256=dataset.sha256,
            teachers=teachers or None,
            start=None if start is None else _hash_of(start),
        )
        self.folder = RunFolder(folder, about, writes=self.fabric.is_global_zero)
        self.choosing = dataset["PublicTest"]
        torch.manual_seed(seed)
        plain = build(recipe.network).to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stub lacks this form
        plain.before = recipe.before
        if start is not None:
            _begin_with(plain, start)
        learnt = worth_learning(dataset["Training"], self.choosing)
        self.batches = Batches(
            dataset["Training"], learnt, recipe, seed, self.fabric, plain.raw, taught
        )
        self.average = copy.deepcopy(plain).requires_grad_(False).to(self.fabric.device)
        self.network, *self.optimizers = self.fabric.setup(plain, *optimizers_of(plain, recipe))
        self._rates = [[group["lr"] for group in one.param_groups] for one in self.optimizers]
        self.epoch = self.best_epoch = 0
        self.best = -1.0
        self._go_on()

    @property
    def steps(self) -> int:
        """Steps of one epoch."""
        return self.batches.steps

    @property
    def number_form(self) -> str:
        """In what form the network is computed here."""
        return str(self.fabric._precision.precision)

    def _go_on(self) -> None:
        kept = self.folder.last()
        if kept is None:
            return
        self.network.load_state_dict(kept["network"])
        self.average.load_state_dict(kept["average"])
        for optimizer, state in zip(self.optimizers, kept["optimizers"], strict=True):
            optimizer.load_state_dict(state)
        self.epoch, self.best, self.best_epoch = kept["epoch"], kept["best"], kept["best_epoch"]

    def fit(self, report: Report, told: Callable[[Epoch], None], until: int | None = None) -> None:
        """Train to the recipe's end, to epoch `until`, or until patience ends."""
        with self.folder.curves(self.epoch) as curves:
            while self.epoch < min(until or self.recipe.epochs, self.recipe.epochs):
                if self._patience_is_over():
                    break
                start = time.monotonic()
                loss = self._epoch(report)
                self.epoch += 1
                line = self._judge(loss, start)
                self._keep(line)
                curves.draw(line)
                told(line)

    def _patience_is_over(self) -> bool:
        patience = self.recipe.patience
        return patience is not None and self.epoch - self.best_epoch >= patience

    def _epoch(self, report: Report) -> float:
        torch.manual_seed(self.seed * 20_011 + self.epoch)  # dropout
        self.network.train()
        total = torch.zeros((), device=self.fabric.device)
        done = self.epoch * self.steps
        for step, (seen, targets) in enumerate(self.batches.of(self.epoch)):
            self._set_rates(done + step)
            loss = self._loss(self.network(seen), targets)
            for optimizer in self.optimizers:
                optimizer.zero_grad()
            self.fabric.backward(loss)
            nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
            for optimizer in self.optimizers:
                optimizer.step()
            follow(self.average, self.network.module, self._keeps(done + step))
            total += loss.detach()
            if step % 10 == 9 or step == self.steps - 1:
                report(step + 1, self.steps, float(total) / (step + 1))
        return float(total) / self.steps

    def _loss(
        self, answers: tuple[torch.Tensor, ...], targets: dict[str, torch.Tensor]
    ) -> torch.Tensor:
        """Mean cross entropy of each head, weighted by the mass of its targets."""
        total, weights = torch.zeros((), device=self.fabric.device), 0.0
        for head, answer in zip(self.average.heads, answers, strict=True):
            weight = self.recipe.perceived if head == "perceived" else 1.0
            wanted = targets[head]
            entropy = -(wanted * answer.float().log_softmax(dim=1)).sum()
            total = total + weight * entropy / wanted.sum().clamp(min=1)
            weights += weight
        return total / weights

    def _set_rates(self, step: int) -> None:
        steps = self.recipe.epochs * self.steps
        rise = min(1.0, (step + 1) / max(1.0, self.recipe.warmup * steps))
        now = rise * (1 + math.cos(math.pi * step / steps)) / 2
        for optimizer, rates in zip(self.optimizers, self._rates, strict=True):
            for group, highest in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = highest * now

    def _keeps(self, step: int) -> float:
        """How much of the average stays; in the first steps less, for they are worth nothing."""
        window = max(1.0, self.recipe.ema_epochs * self.steps)
        return min(1 - 1 / window, (step + 1) / (step + 11))

    def _judge(self, loss: float, start: float) -> Epoch:
        with self.fabric.autocast():
            judged = judge(self.average, self.choosing)
        line = Epoch(
            epoch=self.epoch,
            loss=round(loss, 4),
            **judged,
            seconds=round(time.monotonic() - start, 1),
        )
        return self.fabric.broadcast(line)

    def _keep(self, line: Epoch) -> None:
        better = line.score > self.best
        if better:
            self.best, self.best_epoch = line.score, self.epoch
        if self.fabric.is_global_zero:
            about = {"recipe": msgspec.to_builtins(self.recipe), "seed": self.seed}
            kept = {"average": self.average.state_dict(), "epoch": self.epoch, "about": about}
            if better:
                save(self.folder.best, kept)
            save(self.folder.latest, kept | self._to_go_on())
            self.folder.log(line)
        self.fabric.barrier()

    def _to_go_on(self) -> dict[str, Any]:
        return {
            "network": self.network.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "best": self.best,
            "best_epoch": self.best_epoch,
            "precision": self.number_form,
        }


def _hash_of(checkpoint: Path) -> str:
    if not checkpoint.exists():
        raise RunError(f"there is no checkpoint {checkpoint} to begin with")
    return hashlib.sha256(checkpoint.read_bytes()).hexdigest()


def _begin_with(network: Network, start: Path) -> None:
    try:
        network.load_state_dict(load_network(start).state_dict())
    except RuntimeError as other:
        raise RunError(f"{start} holds another network than the recipe names") from other
