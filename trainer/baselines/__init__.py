"""The systems of others, written out, so that they can be measured beside our own."""
