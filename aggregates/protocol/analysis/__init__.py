"""Static analysis of protocol packs: what can never hold, what is hidden, what contradicts, what is left uncovered."""
