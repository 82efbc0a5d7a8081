"""What measures eye: scenes where the truth is known, and the commands that count."""
