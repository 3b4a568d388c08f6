"""Who is mailed about what: asked for on a page, confirmed by mail, stopped by mail."""
