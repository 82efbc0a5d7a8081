"""Keeps the box well: heartbeats, systemd."""
