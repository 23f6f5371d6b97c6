"""Pages of the plan. A view loads what the person may see, asks a form, calls one service."""
