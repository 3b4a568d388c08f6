"""Editors: their accounts, log-ins and sessions."""
