"""Pages of people: the ways in and out, one's own settings, the workspace's people."""
