"""The site's colours where no style sheet reaches; light, as pictures can't follow the reader's scheme."""

PAPER = "#FFFFFF"
INK = "#17191C"
INK2 = "#474C52"
PENCIL = "#1D4A9C"
