"""People in the loop, and durable workflows against the bank's back end."""
