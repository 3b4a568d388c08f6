"""Finding articles, questions and comments by their words."""
