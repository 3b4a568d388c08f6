"""Pages that stand beside the articles, such as an imprint, and the menus that lead to them and elsewhere."""
