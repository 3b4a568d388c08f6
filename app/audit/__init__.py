"""Who did what to which thing: append-only, each entry chained to the one before."""
