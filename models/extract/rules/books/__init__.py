"""Books, comics and magazines: author and title, series, numbers, dates and formats."""
