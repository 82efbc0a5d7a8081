"""Sings: decoding, levelling and mixing into the sound card, in a process of its own."""
