"""Figure × size × palette → lines of Rich segments. No terminal and no state."""
