"""Vector files, each checked against its own counts before and after it is read."""
