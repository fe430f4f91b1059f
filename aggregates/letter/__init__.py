"""A letter's own small life: drafted, checked, signed, sent, delivered, answered."""
