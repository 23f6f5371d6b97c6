"""People, tokens and rules over HTTP."""
