"""Teaches a network to live with int8: a short finetune in which every rounding is felt.

The network is folded (batch norm into its convolution), then doubled: the *plain* one is what is
exported, the *felt* one has the same weights and rounds them and every activation as the int8
file does: weights symmetric per output channel, activations per tensor, a sum or convolution and
the ReLU after it as one, a pool in the steps of what it pools. Gradients pass straight through.
What is learnt is the float network's own answer, so nothing but the rounding is to be unlearnt.
"""

from __future__ import annotations

import copy
import operator
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, fx, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

from edge.eye.face_image import prepared
from trainer.checkpoint import normalised
from trainer.errors import RunError
from trainer.networks import Network

LOW, HIGH = -128, 127
RATE = 3e-5
BATCH = 128

_RELU = (nn.ReLU, nn.ReLU6, F.relu, F.relu6, torch.relu)
_COUNTS = (nn.Conv2d, nn.Linear, operator.add, operator.iadd, torch.add)
_POOL = (nn.AvgPool2d, nn.AdaptiveAvgPool2d, F.avg_pool2d, F.adaptive_avg_pool2d, "mean")


class Rounded(nn.Module):
    """An activation in 256 steps between the least and the most that was seen of it."""

    low: Tensor
    high: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.watches = False
        self.register_buffer("low", torch.zeros(()))
        self.register_buffer("high", torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        if self.watches:
            self.low = torch.minimum(self.low, x.detach().min())
            self.high = torch.maximum(self.high, x.detach().max())
            return x
        step = float(torch.clamp((self.high - self.low) / (HIGH - LOW), min=1e-8))
        zero = round(LOW - float(self.low) / step)
        return torch.fake_quantize_per_tensor_affine(x, step, zero, LOW, HIGH)


class RoundedConvolution(nn.Module):
    """A convolution, shared with the plain network, whose weights are rounded as it runs."""

    def __init__(self, inner: nn.Conv2d) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: Tensor) -> Tensor:
        weight = self.inner.weight
        step = (weight.detach().abs().amax(dim=(1, 2, 3)) / HIGH).clamp(min=1e-8)
        zero = torch.zeros_like(step, dtype=torch.int32)
        rounded = torch.fake_quantize_per_channel_affine(weight, step, zero, 0, -HIGH, HIGH)
        inner = self.inner
        return F.conv2d(
            x, rounded, inner.bias, inner.stride, inner.padding, inner.dilation, inner.groups
        )


def folded(network: Network) -> fx.GraphModule:
    """The same answers without batch norm; RunError where a network cannot be traced."""
    try:
        plain = fx.symbolic_trace(copy.deepcopy(network).cpu().eval())
    except (fx.proxy.TraceError, TypeError) as refused:
        raise RunError(f"this network cannot be finetuned for int8: {refused}") from refused
    known = dict(plain.named_modules())
    for node in list(plain.graph.nodes):
        norm = known.get(str(node.target)) if node.op == "call_module" else None
        if not isinstance(norm, nn.BatchNorm2d):
            continue
        before = node.all_input_nodes[0]
        convolution = known.get(str(before.target))
        if isinstance(convolution, nn.Conv2d) and len(before.users) == 1:
            plain.add_submodule(str(before.target), fuse_conv_bn_eval(convolution, norm))
            node.replace_all_uses_with(before)
            plain.graph.erase_node(node)
    plain.recompile()
    return plain


def felt(plain: fx.GraphModule) -> fx.GraphModule:
    """A network with the weights of this one (they stay shared) that rounds as int8 does."""
    graph = fx.Graph()
    graph.output(graph.graph_copy(plain.graph, {}))
    rounding = fx.GraphModule(plain, graph)
    known = dict(rounding.named_modules())
    steps: dict[fx.Node, str] = {}
    for number, node in enumerate(list(rounding.graph.nodes)):
        inner = known.get(str(node.target)) if node.op == "call_module" else None
        if isinstance(inner, nn.Conv2d):
            rounding.add_submodule(f"rounded_convolution_{number}", RoundedConvolution(inner))
            node.target = f"rounded_convolution_{number}"
        name = _steps_of(node, inner, known, steps, number)
        if name is None:
            continue
        if not hasattr(rounding, name):
            rounding.add_submodule(name, Rounded())
        with rounding.graph.inserting_after(node):
            after = rounding.graph.call_module(name, (node,))
        node.replace_all_uses_with(
            after, delete_user_cb=lambda user, after=after: user is not after
        )
        steps[after] = name
    rounding.recompile()
    return rounding


def _steps_of(
    node: fx.Node,
    inner: nn.Module | None,
    known: dict[str, nn.Module],
    steps: dict[fx.Node, str],
    number: int,
) -> str | None:
    """Which steps a node's answer is rounded to; None where it is not rounded by itself."""
    if node.op == "placeholder":
        return f"rounded_{number}"
    if _is(node, inner, _POOL):
        return steps.get(node.all_input_nodes[0], f"rounded_{number}")
    if _is(node, inner, _RELU):
        return f"rounded_{number}"
    if _is(node, inner, _COUNTS):
        after = [_is(user, known.get(str(user.target)), _RELU) for user in node.users]
        return None if after == [True] else f"rounded_{number}"
    return None


def _is(node: fx.Node, inner: nn.Module | None, kinds: tuple[object, ...]) -> bool:
    if node.op == "call_module":
        return isinstance(inner, tuple(kind for kind in kinds if isinstance(kind, type)))
    return node.op in {"call_function", "call_method"} and node.target in kinds


def watch(rounding: nn.Module, faces: Tensor) -> None:
    """Take the ranges of all activations anew from these faces, without any rounding."""
    watching = [part for part in rounding.modules() if isinstance(part, Rounded)]
    for part in watching:
        part.watches = True
        part.low, part.high = torch.zeros(()), torch.zeros(())
    with torch.no_grad():
        for some in torch.split(faces, BATCH):
            rounding(some)
    for part in watching:
        part.watches = False


def finetune(
    network: Network,
    pixels: NDArray[np.uint8],
    calibration: NDArray[np.uint8],
    epochs: int,
    seed: int,
    told: Callable[[int, int], None] = lambda *_: None,
) -> nn.Module:
    """The plain network after so many epochs over `pixels`, ready for `export_float`."""
    torch.manual_seed(seed)
    network = network.cpu().eval()
    plain = folded(network)
    rounding = felt(plain)
    seen = normalised(torch.from_numpy(prepared(calibration, network.before)).unsqueeze(1))
    faces = torch.from_numpy(prepared(pixels, network.before)).unsqueeze(1)
    steps = epochs * max(1, len(faces) // BATCH)
    optimizer = torch.optim.Adam(plain.parameters(), lr=RATE)
    slower = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    step = 0
    for _ in range(epochs):
        watch(rounding, seen)
        for chosen in torch.split(torch.randperm(len(faces)), BATCH)[: steps // epochs]:
            some = normalised(faces[chosen])
            some = torch.where(torch.rand(len(some), 1, 1, 1) < 0.5, some, some.flip(-1))
            with torch.no_grad():
                wanted = network(some)
            optimizer.zero_grad()
            _apart(rounding(some), wanted).backward()  # type: ignore[no-untyped-call]  # torch's
            optimizer.step()
            slower.step()
            step += 1
            told(step, steps)
    return plain.eval()


def _apart(given: tuple[Tensor, ...], wanted: tuple[Tensor, ...]) -> Tensor:
    """How far the shares are apart; logits that are too far out are drawn in a little as well."""
    loss = torch.zeros(())
    for one, other in zip(given, wanted, strict=True):
        shares = F.kl_div(
            one.log_softmax(1), other.log_softmax(1), reduction="batchmean", log_target=True
        )
        loss = loss + shares + 0.01 * F.mse_loss(one, other)
    return loss
