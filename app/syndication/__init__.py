"""What feed readers and search engines read."""
