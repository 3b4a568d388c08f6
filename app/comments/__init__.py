"""Readers' comments, their threads, and the private receipts that come with them."""
