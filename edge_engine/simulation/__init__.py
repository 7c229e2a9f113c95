"""Simulation: seeded households with ground truth, for the demo, tests and training."""
