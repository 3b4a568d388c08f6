"""Letters: written in the transaction that asks for them, and sent from the background."""
