"""Who may see which rows and columns of a source."""
