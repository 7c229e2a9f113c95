"""Insights: pure functions from the person's own transactions to findings with their evidence."""
