"""The reader's pages, put together from the features."""
