"""What others may react to."""

from __future__ import annotations

from blinker import Signal

letter_leaving = Signal("letter leaving; sends the Letter, and each receiver answers whether it still may leave")
