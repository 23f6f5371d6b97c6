"""Uncertainty: simulations and forecasts."""
