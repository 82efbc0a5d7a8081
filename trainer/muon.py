"""Muon: momentum whose steps have all their singular values alike, for the kernels.

After Keller Jordan (2024). Here it took five epochs where plain momentum took eight or more, and
that is what decides on slow processors. Only for kernels that a batch norm follows: their length
does not matter, so it is held fixed, and the rate says how far each turns in one step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

_COEFFICIENTS = (3.4445, -4.7750, 2.0315)
"""Of the quintic that pushes every singular value towards one, by its author."""
_ROUNDS = 4


def orthogonal(matrix: Tensor) -> Tensor:
    """About the nearest matrix with all singular values one, in bfloat16."""
    a, b, c = _COEFFICIENTS
    x = matrix.bfloat16()
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    x = x / (x.norm() + 1e-7)
    for _ in range(_ROUNDS):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    turned: Tensor = (x.T if tall else x).to(matrix.dtype)
    return turned


class Muon(torch.optim.Optimizer):
    """For the kernels of convolutions; everything else needs another optimizer."""

    def __init__(self, kernels: Iterable[Tensor], lr: float, momentum: float = 0.9) -> None:
        super().__init__(kernels, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]  # there is no closure to call here
        """One step with the gradients that stand at the kernels."""
        for group in self.param_groups:
            for kernel in group["params"]:
                if kernel.grad is not None:
                    self._turn(kernel, kernel.grad, group, self.state[kernel])

    def _turn(
        self, kernel: Tensor, gradient: Tensor, group: dict[str, Any], state: dict[str, Tensor]
    ) -> None:
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(kernel)
        momentum = state["momentum"].mul_(group["momentum"]).add_(gradient)
        ahead = gradient.add(momentum, alpha=group["momentum"]).flatten(1)
        kernel.mul_(len(kernel) ** 0.5 / kernel.norm())
        kernel.add_(orthogonal(ahead).view(kernel.shape), alpha=-group["lr"])
