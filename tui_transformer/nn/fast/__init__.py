"""What is in `gpt` once more, as fast as the machine allows."""
