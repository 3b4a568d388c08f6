"""The sample articles, as the Markdown files that an editor would write."""
