"""How it runs: the log, the engine's one door, access, the command line."""
