"""The API's frame: error envelope, shapes, pages of rows, preconditions, its description."""
