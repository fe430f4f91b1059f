"""A client's care: every rule at its boundary, every step from every phase, the example histories."""
