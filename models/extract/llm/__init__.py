"""The GGUF model: what it is asked, how it runs, what is believed of its answer."""
