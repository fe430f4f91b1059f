"""The rules of a client's care, one module for each phase that they guard."""
