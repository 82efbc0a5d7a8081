"""The starter library and what composes it: fourteen pieces, two for each mood, made by code."""
