"""Risk-adjusted scenarios: buffers that make a plan's finish as sure as was asked for."""
