"""What runs all the time: Faust agents, store and GGUF worker, and the stages they run."""
