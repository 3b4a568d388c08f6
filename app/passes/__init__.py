"""A reader's pass: one private link to all that a reader has written, without an account."""
