"""The differential harness: runs both halves of a pair, before and after a change, against the same recorded outside."""
