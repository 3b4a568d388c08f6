"""The private page where a reader sees what became of a comment, and what can be done from there."""
