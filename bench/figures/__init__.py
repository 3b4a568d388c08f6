"""The figures that `make bench` takes, one file a subject; bench/run.py lists them in the table's order."""
