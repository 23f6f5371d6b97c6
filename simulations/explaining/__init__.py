"""Why did the date move? A change of P80 between two forecasts, split among its causes."""
