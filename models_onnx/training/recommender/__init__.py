"""Trains the recommender on simulated people."""
