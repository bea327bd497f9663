"""What an operator uses: status, redrive, reprocess; metrics and health of a process."""
