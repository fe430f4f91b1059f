"""A practice: its people, its role table, its erasures."""
