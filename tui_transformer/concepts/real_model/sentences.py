"""Sentences in which there is something to find."""

CAT = "The cat drank the milk because it was thirsty."
SWEET, GREEDY = CAT.replace("thirsty", "sweet"), CAT.replace("thirsty", "greedy")
ROME, FRANCE = "We ate pizza in Rome.", "The capital of France is"
MILK = "The milk drank the cat because it was thirsty."
KITTEN = "A kitten needed something to drink."
FRESH = CAT.replace("thirsty", "fresh")
RED_ROSE = "Look at the red rose there."
OLD_MAN = "The old man saw the dog in the garden."
DRANK = "The cat drank the milk."
BETWEEN = "The cat of the neighbours drank the milk."

# Marked by hand for the finder, words counted from 0: which noun a determiner belongs to,
DETERMINERS = {
    OLD_MAN: {0: 2, 4: 5, 7: 8},
    "The children in the park drank the milk.": {0: 1, 3: 4, 6: 7},
    CAT: {0: 1, 3: 4},
    "A woman gave the child a red apple.": {0: 1, 3: 4, 5: 7},
    "The teacher wrote a letter to the president.": {0: 1, 3: 4, 6: 7},
    "The key to the cabinets is on the table.": {0: 1, 3: 4, 7: 8},
    "The big black dog chased the small cat.": {0: 3, 5: 7},
    "The boy saw a bird on the roof of the house.": {0: 1, 3: 4, 6: 7, 9: 10},
}
# which subject a verb has, where the two are neighbours,
NEAR = {
    DRANK: {2: 1},
    "The dog chased the cat.": {2: 1},
    "The woman gave the child an apple.": {2: 1},
    "The teacher wrote a letter.": {2: 1},
    "The children drank the milk.": {2: 1},
    "The boy saw a bird.": {2: 1},
}
# and where something stands between them.
FAR = {
    BETWEEN: {5: 1},
    "The dog that chased the cats sleeps.": {6: 1},
    "The woman with the red hat gave the child an apple.": {6: 1},
    "The teacher of the two boys wrote a letter.": {6: 1},
    "The children in the garden drank the milk.": {5: 1},
    "The boy near the old house saw a bird.": {6: 1},
}
