"""Readers' pages, made once for each change and then only sent."""
