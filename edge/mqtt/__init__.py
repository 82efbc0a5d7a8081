"""Speaks MQTT: topics, session, outbox."""
