"""What each admitted command comes to, as facts: one module for each stretch of the pathway."""
