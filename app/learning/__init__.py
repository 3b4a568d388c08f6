"""A filter that learns from what editors decide: it knows texts and labels, and nothing of comments."""
