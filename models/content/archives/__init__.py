"""What is in archives, by their headers alone: nothing is ever unpacked."""
