"""What runtimes can do: they announce it on a topic, and whoever looks says what is missing."""
