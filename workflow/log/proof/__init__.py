"""How the log proves itself: the hash tree, signed checkpoints outside the database, verification."""
