"""What is read: one file for each question, folded from facts alone."""
