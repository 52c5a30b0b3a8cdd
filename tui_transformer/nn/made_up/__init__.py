"""What networks are given to work on here: tasks, texts, words and landscapes, all made up."""
