"""Reading a name: one scan for all that describes a release, and the words that are left."""
