"""Arrays in one small file: the same arrays are the same bytes, whenever they are written."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def write_arrays(path: Path, arrays: Mapping[str, NDArray[np.generic]]) -> None:
    """An .npz file; a kill leaves the old one or the new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with zipfile.ZipFile(part, "w") as archive:
        for name, array in arrays.items():
            held = io.BytesIO()
            np.save(held, array, allow_pickle=False)
            # ZipInfo's own date is fixed; np.savez would write the present time.
            entry = zipfile.ZipInfo(f"{name}.npy")
            archive.writestr(entry, held.getvalue(), zipfile.ZIP_DEFLATED, compresslevel=9)
    part.replace(path)
