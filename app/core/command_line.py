"""What the commands share that work through many things."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import click

Thing = TypeVar("Thing")


def work_through(
    things: Iterable[Thing], work: Callable[[Thing], str], said_of: Callable[[Thing, Exception], str | None]
) -> bool:
    """Prints what `work` says of each thing; returns whether all went well.

    What it raises is put into words by `said_of` and printed as an error, and the others go on; None is a fault, and
    raised.
    """
    all_well = True
    for thing in things:
        try:
            said = work(thing)
        except Exception as error:
            problem = said_of(thing, error)
            if problem is None:
                raise
            click.echo(problem, err=True)
            all_well = False
        else:
            click.echo(said)
    return all_well
