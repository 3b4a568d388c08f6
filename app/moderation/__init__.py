"""The desk: the queue, and decisions on comments."""
