"""Sentences in which there is something to find."""

CAT = "The cat drank the milk because it was thirsty."
SWEET, GREEDY = CAT.replace("thirsty", "sweet"), CAT.replace("thirsty", "greedy")
ROME, FRANCE = "We ate pizza in Rome.", "The capital of France is"
MILK = "The milk drank the cat because it was thirsty."
KITTEN = "A kitten needed something to drink."
FRESH = CAT.replace("thirsty", "fresh")
