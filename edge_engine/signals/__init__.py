"""Signals: the few numbers that may be counted over many people, measured, charged to a budget, sealed and sent."""
