"""Every write: one command, one handler, whichever door it came through."""
