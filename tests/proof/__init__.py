"""That the log proves itself: every alteration is found, and nothing is found where nothing was altered."""
