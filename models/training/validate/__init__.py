"""The reverse check of extracted fields: what was read of a name must stand in a catalogue."""
