"""The report of a fleet run: figures of what is recorded, in one JSON and one page that needs nothing else."""
