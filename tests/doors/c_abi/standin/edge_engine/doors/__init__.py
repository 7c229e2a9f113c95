"""Where the library looks for its door."""
