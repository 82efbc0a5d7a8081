"""Teaches a network both truths, one checkpoint an epoch, exactly resumable after a kill.

A run folder holds `config.json` (what made it), `last.pt` (to go on from), `best.pt` (the best
averaged weights on PublicTest) and `log.jsonl` (one line an epoch).
"""

from __future__ import annotations

import copy
import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from edge.eye.face_image import normalise
from trainer.augment import augment
from trainer.checkpoint import logits_of, save
from trainer.errors import RunError
from trainer.faces import Dataset, Faces, majority, without_copies_of
from trainer.networks import build
from trainer.recipes import Recipe
from trainer.targets import draw_weights, faces_to_learn, trust, votes_as_shares


class Epoch(msgspec.Struct, frozen=True, kw_only=True):
    """One line of `log.jsonl`."""

    epoch: int
    loss: float
    fer2013: float
    """Accuracy of the averaged weights on PublicTest against FER2013's labels."""
    perceived: float
    """The same against the FER+ majority, where there is one."""
    perceived_balanced: float
    """Mean of the accuracies within each mood, so that disgust and fear count."""
    seconds: float


Report = Callable[[int, int, float], None]
"""Step, steps of this epoch, loss so far."""


def bf16_pays(network: nn.Module, batch: int) -> bool:
    """Whether bfloat16 is faster here; without AVX-512 it is ten times slower, so try."""
    trial = copy.deepcopy(network)
    x = torch.zeros(batch, 1, 48, 48).contiguous(memory_format=torch.channels_last)
    taken: dict[bool, float] = {}
    for bf16 in (False, True):
        for step in range(4):
            if step == 1:
                start = time.perf_counter()
            with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
                answers = trial(x)
            sum(answer.float().sum() for answer in answers).backward()
        taken[bf16] = time.perf_counter() - start
    return taken[True] < 0.9 * taken[False]


def loss_of(
    answers: tuple[Tensor, ...], labels: Tensor, shares: Tensor, weight: Tensor, smoothing: float
) -> Tensor:
    """Mean of both heads' cross entropies, the perceived one weighted by trust."""
    perceived, fer2013 = (answer.float() for answer in answers)
    voted = -(shares * F.log_softmax(perceived, dim=1)).sum(dim=1)
    voted_mean = (voted * weight).sum() / weight.sum().clamp(min=1)
    labelled = F.cross_entropy(fer2013, labels, label_smoothing=smoothing)
    return (voted_mean + labelled) / 2


class Run:
    """One training run in its folder."""

    def __init__(self, folder: Path, recipe: Recipe, seed: int, dataset: Dataset) -> None:
        self.folder, self.recipe, self.seed = folder, recipe, seed
        self.training = faces_to_learn(
            without_copies_of(dataset["Training"], dataset["PublicTest"])
        )
        self.choosing = dataset["PublicTest"]
        torch.manual_seed(seed)
        self.network = build(recipe.network).to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stub lacks this form
        self.average = copy.deepcopy(self.network).requires_grad_(False)
        self.optimizer = torch.optim.SGD(
            _groups(self.network, recipe.decay), lr=recipe.rate, momentum=0.9, nesterov=True
        )
        self.epoch = 0
        self.best = -1.0
        self.drawn = recipe.faces or len(self.training)
        self.steps = max(1, self.drawn // recipe.batch)
        self._chance = draw_weights(self.training, recipe.balance)
        self._open(dataset.sha256)

    def _open(self, data_sha256: str) -> None:
        about: dict[str, Any] = {
            "recipe": msgspec.to_builtins(self.recipe),
            "seed": self.seed,
            "data_sha256": data_sha256,
        }
        config = self.folder / "config.json"
        if config.exists() and msgspec.json.decode(config.read_bytes()) != about:
            raise RunError(f"{self.folder} holds another run; name a new folder with --run")
        self.folder.mkdir(parents=True, exist_ok=True)
        _write(config, msgspec.json.format(msgspec.json.encode(about)))
        last = self.folder / "last.pt"
        if not last.exists():
            self.bf16 = bf16_pays(self.network, self.recipe.batch)
        else:
            kept = torch.load(last, weights_only=True)
            self.network.load_state_dict(kept["network"])
            self.average.load_state_dict(kept["average"])
            self.optimizer.load_state_dict(kept["optimizer"])
            self.epoch, self.best = kept["epoch"], kept["best"]
            self.bf16 = kept["bf16"]  # a new trial could decide otherwise

    @property
    def number_form(self) -> str:
        """In what form the network is computed here."""
        return "bfloat16" if self.bf16 else "float32"

    def fit(self, report: Report, told: Callable[[Epoch], None], until: int | None = None) -> None:
        """Train to the recipe's end, or to epoch `until`."""
        while self.epoch < min(until or self.recipe.epochs, self.recipe.epochs):
            start = time.monotonic()
            loss = self._epoch(report)
            self.epoch += 1
            line = self._judge(loss, time.monotonic() - start)
            self._keep(line)
            told(line)

    def _epoch(self, report: Report) -> float:
        draw = np.random.default_rng([self.seed, self.epoch])
        chosen = draw.choice(len(self.training), self.steps * self.recipe.batch, p=self._chance)
        rng = torch.Generator().manual_seed(self.seed * 10_007 + self.epoch)
        torch.manual_seed(self.seed * 20_011 + self.epoch)  # dropout
        self.network.train()
        total = 0.0
        for step, index in enumerate(np.split(chosen, self.steps)):
            self._set_rate(self.epoch * self.steps + step)
            total += self._step(self.training.take(index), rng)
            report(step + 1, self.steps, total / (step + 1))
        return total / self.steps

    def _step(self, faces: Faces, rng: torch.Generator) -> float:
        pixels = torch.from_numpy(faces.pixels).unsqueeze(1).float()
        seen = torch.from_numpy(normalise(augment(pixels, rng).numpy()))
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            answers = self.network(seen.contiguous(memory_format=torch.channels_last))
        loss = loss_of(
            answers,
            torch.from_numpy(faces.labels),
            torch.from_numpy(votes_as_shares(faces.votes)),
            torch.from_numpy(trust(faces.votes)),
            self.recipe.smoothing,
        )
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimizer.step()
        self._average()
        return float(loss.detach())

    def _set_rate(self, step: int) -> None:
        done = step / (self.recipe.epochs * self.steps)
        rise = min(1.0, (step + 1) / max(1.0, self.recipe.warmup * self.recipe.epochs * self.steps))
        for group in self.optimizer.param_groups:
            group["lr"] = self.recipe.rate * rise * (1 + math.cos(math.pi * done)) / 2

    @torch.no_grad()
    def _average(self) -> None:
        """Follow the weights slowly; in the first steps faster, for they are worth nothing."""
        step = self.epoch * self.steps + 1
        keep = min(self.recipe.ema, step / (step + 10))
        for mean, now in zip(
            self.average.state_dict().values(), self.network.state_dict().values(), strict=True
        ):
            if mean.is_floating_point():
                mean.lerp_(now, 1 - keep)
            else:
                mean.copy_(now)

    def _judge(self, loss: float, seconds: float) -> Epoch:
        perceived, fer2013 = logits_of(self.average, self.choosing.pixels)
        said = majority(self.choosing.votes)
        clear = said >= 0
        right = perceived.argmax(axis=1) == said
        within = [float(right[said == mood].mean()) for mood in np.unique(said[clear])]
        return Epoch(
            epoch=self.epoch,
            loss=round(loss, 4),
            fer2013=round(float((fer2013.argmax(axis=1) == self.choosing.labels).mean()), 4),
            perceived=round(float(right[clear].mean()), 4) if clear.any() else 0.0,
            perceived_balanced=round(sum(within) / max(1, len(within)), 4),
            seconds=round(seconds, 1),
        )

    def _keep(self, line: Epoch) -> None:
        score = line.fer2013 + line.perceived + line.perceived_balanced
        better = score > self.best
        self.best = max(score, self.best)
        about = {"recipe": msgspec.to_builtins(self.recipe), "seed": self.seed}
        kept = {"average": self.average.state_dict(), "epoch": self.epoch, "about": about}
        if better:
            save(self.folder / "best.pt", kept)
        resume = {"network": self.network.state_dict(), "optimizer": self.optimizer.state_dict()}
        save(self.folder / "last.pt", kept | resume | {"best": self.best, "bf16": self.bf16})
        with (self.folder / "log.jsonl").open("ab") as log:
            log.write(msgspec.json.encode(line) + b"\n")


def _groups(network: nn.Module, decay: float) -> list[dict[str, Any]]:
    """Only the kernels shrink; scales and offsets of batch norm do not."""
    weights = [weight for weight in network.parameters() if weight.ndim > 1]
    others = [weight for weight in network.parameters() if weight.ndim <= 1]
    return [
        {"params": weights, "weight_decay": decay},
        {"params": others, "weight_decay": 0.0},
    ]


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_bytes(data)
    part.replace(path)
