"""People, workspaces, roles and the walls between workspaces."""
