"""What releases have stored, and every later one must read."""
