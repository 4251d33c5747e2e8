"""What must be true before `sam deploy` is worth its minutes."""
