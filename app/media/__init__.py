"""Images: taken in, made smaller, served; and the pictures that the site draws of itself."""
