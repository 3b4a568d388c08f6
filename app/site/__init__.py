"""What holds for the whole site, kept in the database."""
