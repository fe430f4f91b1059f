"""What a stranger wrote from docs/formats.md alone."""
