"""Tells other programs what happens: signed messages to addresses that a workspace names."""
