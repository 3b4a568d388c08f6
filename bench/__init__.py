"""Measures Broadsheet beside nginx, Isso and WordPress on one machine, in one run."""
