"""What runs all the time: Faust agents, the store, the GGUF worker, and the pure stages that they
run.
"""
