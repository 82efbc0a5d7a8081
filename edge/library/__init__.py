"""Knows what there is to play."""
