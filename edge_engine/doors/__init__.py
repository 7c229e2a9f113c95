"""Doors: how programs in other languages reach the engine."""
