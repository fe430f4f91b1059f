"""A letter's own small life."""
