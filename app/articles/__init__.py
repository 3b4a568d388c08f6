"""Articles with their questions, sources and drawings, and how they come in from files."""
