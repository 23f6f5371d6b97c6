"""The one job table: claim, heartbeat, progress, cancel, and the sweeper."""
