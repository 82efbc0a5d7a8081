"""Moodbox on the device: eye, box and player."""

__version__ = "0.1.0"
