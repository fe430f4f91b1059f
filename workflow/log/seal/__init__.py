"""One key for each client: sealing facts, wrapping keys, destroying a key for ever."""
