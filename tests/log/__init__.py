"""The event log: what it keeps, what it refuses, and what it tells at once."""
