"""How each kind of fact changes the memory, one file for each part of care."""
