"""The command line. It parses, asks the door, and prints; it decides nothing."""
