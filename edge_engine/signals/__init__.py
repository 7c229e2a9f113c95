"""Signals: the few numbers that may be counted over many people, from measuring to sending, under consent and budget."""
