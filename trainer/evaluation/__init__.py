"""What `moodbox-train evaluate` measures, each kind of figure in its own file."""
