"""A package of the engine's name that holds the stand-in door alone."""
