"""Sees: camera, faces, emotions. The process that cannot reach the network."""
