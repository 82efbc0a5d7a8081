"""`moodbox ctl`: every command of the table from the terminal, to this box or to others."""
