"""What to do next: candidates, eligibility, guards, experiments, ranking, and the trace of all of it."""
