"""The desk's pages on editors; `features.py` brings them together."""
