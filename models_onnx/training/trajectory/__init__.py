"""Trains the trajectory model: simulated households, the network, its graph, the publishing."""
