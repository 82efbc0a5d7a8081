"""`moodbox bench …`: what the parts are worth on this machine."""
