"""Trains a network of others with `fit`'s own loop, and measures what it kept."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import torch
from lightning_fabric import Fabric

from trainer.baselines.asked import Asked
from trainer.baselines.asking import as_a_file, as_it_is
from trainer.baselines.measure import ms_per_face, rightness
from trainer.baselines.plan import Plan, shortened
from trainer.baselines.table import Row
from trainer.baselines.weights import start_from
from trainer.catalogue import build
from trainer.checkpoint import load_network, logits_of
from trainer.errors import RunError
from trainer.faces import Dataset, Faces
from trainer.fit import Run
from trainer.judge import Epoch
from trainer.networks import multiply_adds, parameters
from trainer.recipes import Recipe, named
from trainer.targets import worth_learning

WHAT = {
    "four_convs": "four convolutions and three dense layers, 48 px",
    "four_convs_plain": "four convolutions and two dense layers, no batch norm, 48 px",
    "mini_xception": "mini-Xception, 64 px",
    "efficientnet_b0": "EfficientNet-B0 with class weights, 224 px",
    "efficientnet_b3": "EfficientNet-B3 with class weights, 224 px",
}


def plan_in(folder: Path) -> Plan | None:
    """What was decided when the training in this folder began."""
    kept = folder / "plan.json"
    return msgspec.json.decode(kept.read_bytes(), type=Plan) if kept.exists() else None


def new_plan(name: str, folder: Path, dataset: Dataset, asked: Asked, fabric: Fabric) -> Plan:
    """Decide how long to train, and keep that in the folder."""
    whole = named(name)
    recipe = shortened(
        whole,
        learnt=int(worth_learning(dataset["Training"], dataset["PublicTest"]).sum()),
        judged=len(dataset["PublicTest"]),
        minutes=asked.minutes,
        scale=asked.scale,
        pace=lambda: seconds_per_face(whole, fabric),
    )
    file = asked.weights.get(name)
    plan = Plan(
        recipe=recipe,
        epochs=whole.epochs,
        weights=None if file is None else _sha256(file),
        weights_name=None if file is None else file.name,
    )
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / "plan.json.part"
    part.write_bytes(msgspec.json.format(msgspec.json.encode(plan)))
    part.replace(folder / "plan.json")
    return plan


def seconds_per_face(recipe: Recipe, fabric: Fabric) -> float:
    """The quickest of three steps, by its faces; the first one always is slow."""
    network = fabric.setup(build(recipe.network).to(memory_format=torch.channels_last))  # type: ignore[call-overload]  # torch's stub lacks this form
    first = next(network.parameters())
    faces = torch.rand(recipe.batch, 1, 48, 48, device=fabric.device) * 255
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        (answer,) = network(faces)
        fabric.backward(answer.float().log_softmax(dim=1).mean())
        float(first.grad.sum())  # waits for a GPU
        taken.append(time.perf_counter() - start)
    return min(taken) / recipe.batch


def begin(
    name: str, plan: Plan, folder: Path, dataset: Dataset, asked: Asked, fabric: Fabric
) -> Run:
    """The training where it stood; at its beginning with the weights that the plan names."""
    file = asked.weights.get(name)
    if file is not None and plan.weights != _sha256(file):
        raise RunError(f"{folder} was begun with other weights; name a new folder with --run")
    training = Run(folder, plan.recipe, asked.seed, dataset, fabric)
    if plan.weights is not None and not training.epoch:
        if file is None:
            raise RunError(f"{name} begins with {plan.weights_name}; give it with --weights")
        own = training.network.module
        start_from(own, name, file)
        training.average.load_state_dict(own.state_dict())
    return training


def standing(folder: Path) -> tuple[int, int]:
    """How many epochs were trained, and which was the best; nothing before the first."""
    last = folder / "last.pt"
    if not last.exists():
        return 0, 0
    kept = torch.load(last, weights_only=True, map_location="cpu", mmap=True)
    return int(kept["epoch"]), int(kept["best_epoch"])


def is_over(plan: Plan, folder: Path) -> bool:
    """Whether its last epoch or the end of its patience is reached."""
    done, _ = standing(folder)
    return done >= plan.recipe.epochs or _no_better(plan, folder)


def _no_better(plan: Plan, folder: Path) -> bool:
    done, best = standing(folder)
    return plan.recipe.patience is not None and 0 < plan.recipe.patience <= done - best


def measure(name: str, folder: Path, choosing: Faces, *, export: bool) -> Row:
    """The best averaged weights so far, as one row."""
    plan = plan_in(folder)
    if plan is None:
        raise RunError(f"{folder} holds checkpoints of another making; name a new one with --run")
    done, _ = standing(folder)
    trained, cut = plan.said(done, no_better=_no_better(plan, folder))
    network = load_network(folder / "best.pt")
    (logits,) = logits_of(network, choosing.pixels, batch=64)
    accuracy, macro_f1 = rightness(choosing.labels, logits.argmax(axis=1))
    exported = export and importlib.util.find_spec("litert_torch") is not None
    size, answer, ran = (
        as_a_file(network, folder / "float.tflite") if exported else as_it_is(network)
    )
    with _one_thread():
        taken = ms_per_face(answer, choosing.pixels)
    return Row(
        name=name,
        what=WHAT[name],
        trained=trained,
        shortened=cut,
        start=f"from the weights {plan.weights_name}" if plan.weights_name else "from scratch",
        train_s=_seconds(folder, done),
        parameters=parameters(network),
        multiply_adds=multiply_adds(network),
        bytes=size,
        form="float32",
        accuracy=accuracy,
        macro_f1=macro_f1,
        ms_per_face=taken,
        timed_in=ran,
    )


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _seconds(folder: Path, done: int) -> float:
    """Over all epochs, those before a kill too."""
    lines = (folder / "log.jsonl").read_bytes().splitlines()[:done]
    return round(sum(msgspec.json.decode(line, type=Epoch).seconds for line in lines), 1)


def _sha256(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as missing:
        raise RunError(f"the weights {file} cannot be read: {missing.strerror}") from missing
