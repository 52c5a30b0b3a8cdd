"""What networks draw: lines, pieces of lines, and where a point lies to them."""
