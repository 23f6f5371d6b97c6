"""What was answered to requests that may be sent twice, for a day."""
