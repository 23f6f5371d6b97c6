"""Running a site: is it ready, what is its state, backup and restore, leaving and erasing."""
