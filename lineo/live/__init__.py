"""What others do, seen at once: the feed, who is here, and the stream that carries both."""
