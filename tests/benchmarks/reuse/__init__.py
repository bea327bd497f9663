"""What a second installation is spared, and what it refuses: `python -m tests.benchmarks.reuse`."""
