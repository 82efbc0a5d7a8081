"""What a .tflite file holds and does, counted in the file itself: weights and multiply-adds."""

from __future__ import annotations

import math
from typing import Any

from ai_edge_litert import schema_py_generated as schema

_WEIGHED = {
    schema.BuiltinOperator.CONV_2D,
    schema.BuiltinOperator.DEPTHWISE_CONV_2D,
    schema.BuiltinOperator.FULLY_CONNECTED,
}


def counts_of(content: bytes) -> tuple[int, int]:
    """Weights with offsets, and multiply-adds of one face; batch norms are folded in by then."""
    model = schema.ModelT.InitFromPackedBuf(content, 0)
    graph = model.subgraphs[0]
    weights = multiply_adds = 0
    seen: set[int] = set()
    for step in graph.operators:
        code = model.operatorCodes[step.opcodeIndex]
        kind = max(code.builtinCode, code.deprecatedBuiltinCode)
        if kind not in _WEIGHED:
            continue
        kernel = _shape(graph, step.inputs[1])
        places = math.prod(_shape(graph, step.outputs[0])[1:])
        # A depthwise kernel is 1 × height × width × channels, the others begin with the outputs.
        each = kernel[1:3] if kind == schema.BuiltinOperator.DEPTHWISE_CONV_2D else kernel[1:]
        multiply_adds += math.prod(each) * places
        for tensor in step.inputs[1:]:
            if tensor >= 0 and tensor not in seen:
                seen.add(tensor)
                weights += math.prod(_shape(graph, tensor))
    return weights, multiply_adds


def _shape(graph: Any, tensor: int) -> list[int]:
    return [int(side) for side in graph.tensors[tensor].shape]
