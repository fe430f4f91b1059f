"""Protocol packs: every clinical number and row as data, read strictly and evaluated without guessing."""
