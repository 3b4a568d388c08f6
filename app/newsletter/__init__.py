"""The newsletter: who gets it, what is written, and its sending."""
