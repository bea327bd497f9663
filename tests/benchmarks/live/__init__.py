"""The pipeline while events come at a steady rate: what soak and latency have in common."""
