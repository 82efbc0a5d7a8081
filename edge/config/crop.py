"""What part of the picture is looked at, as a person writes it: `0.25, 0, 0.5, 1`."""

from __future__ import annotations

Crop = tuple[float, float, float, float]
WHOLE: Crop = (0.0, 0.0, 1.0, 1.0)
LEAST = 0.05
"""A narrower strip holds no face."""


def crop_of(text: str) -> Crop:
    """x, y, width and height as shares of the upright picture; ValueError with what is wrong."""
    if not text.strip():
        return WHOLE
    try:
        x, y, width, height = (float(part) for part in text.split(","))
    except ValueError:
        raise ValueError("is not four numbers; write x, y, width, height of 0 to 1") from None
    for name, begin, length in (("x and width", x, width), ("y and height", y, height)):
        if not (begin >= 0 and length >= LEAST and begin + length <= 1.0001):
            raise ValueError(
                f"leaves the picture or is too narrow; give {name} that are 0 to 1 together, and"
                f" at least {LEAST:g} wide"
            )
    return x, y, width, height
