"""What is decided: pure aggregates, without clock, I/O or SQL."""
