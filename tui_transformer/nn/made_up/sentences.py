"""Short sentences about some few things, written for this program: words have company in them.

Kings and queens, animals, food, banks of rivers and banks with money, capitals, and the weather.
They were written once, by subject, and not changed to make an answer come out.
"""

COURT = """
The king rules the land. The queen rules the land. The king wears a golden crown.
The queen wears a golden crown. The king lives in the palace with the queen.
The king is a man and the queen is a woman. The prince is the son of the king.
The princess is the daughter of the queen. The prince is a boy who will be king.
The princess is a girl who will be queen. The old king sits on the throne.
The old queen sits on the throne. The prince lives in the palace.
The princess lives in the palace. A man rode to the palace to see the king.
A woman walked to the palace to see the queen. The king gave the man a golden cup.
The queen gave the woman a golden ring. The man is the father of the boy.
The woman is the mother of the girl. The father works with his son.
The mother works with her daughter. A boy grows up to be a man.
A girl grows up to be a woman. The man wears a coat and he carries his hat.
The woman wears a coat and she carries her bag. The boy plays with his brother.
The girl plays with her sister. His brother is a boy. Her sister is a girl.
The uncle is a man and the aunt is a woman. He is the brother of my father.
She is the sister of my mother. The king sends his son to school.
The queen sends her daughter to school.
"""
ANIMALS = """
The cat chased the mouse. The dog chased the cat. The cat sleeps on the mat.
The dog sleeps on the mat. The cat drinks milk. The dog drinks water.
The horse drinks water and eats grass. The cow eats grass and gives milk.
The sheep eat grass in the field. The cow sleeps in the field.
The horse runs in the field. The dog runs after the ball. The bird sings in the tree.
The bird sleeps in the tree. The owl sleeps in the tree by day. The mouse eats cheese.
The cat eats fish. The dog eats meat. The kitten is a young cat. The puppy is a young dog.
The kitten plays with the ball. The puppy plays with the ball. The girl feeds her kitten.
The boy feeds his puppy. The woman feeds the horse. The man feeds the cow.
The duck swims in the river. The fish swims in the river. The duck eats bread.
The goose swims in the water.
"""
FOOD = """
The baker bakes bread in the oven. The baker bakes cake in the oven.
We eat bread and butter. We eat bread and cheese. We eat soup with bread.
She cooks soup in the kitchen. He cooks meat in the kitchen. He cooks fish in the kitchen.
The soup is hot. The tea is hot. We drink tea with milk. We drink coffee with milk.
She drinks a cup of tea. He drinks a cup of coffee. The apple is sweet. The pear is sweet.
The cake is sweet. She eats an apple. He eats a pear. The apple grows on a tree.
The pear grows on a tree. We eat rice with fish. We eat rice with meat.
The cheese is made of milk. The butter is made of milk. The bread is made of flour.
The cake is made of flour and butter.
"""
RIVER = """
The river flows to the sea. The water of the river is cold. The boat sails on the river.
The boat sails on the sea. We sat on the bank of the river. The grass grows on the bank.
The bank of the river is green. The boat lies at the bank. The children fish from the bank.
The river flows past the bank. The duck sleeps on the bank of the river.
The flood came over the bank. The sea is deep. The river is deep.
The fish live in the sea. The stream flows into the river.
"""
MONEY = """
The bank lends money. The bank keeps the money safe. She pays money into the bank.
He borrows money from the bank. The bank pays interest on the money.
The shop takes money and gives change. He pays the shop for the coat.
She pays the baker for the bread. The loan from the bank was large.
He pays interest on the loan. The bank opened a new account. She has an account at the bank.
The coins are in the purse. He saves his coins. She saves her money.
The rich man keeps his gold in the bank. The price of the coat was high.
"""
PLACES = """
Paris is the capital of France. Rome is the capital of Italy. Berlin is the capital of Germany.
Madrid is the capital of Spain. We flew from Paris to Rome. We flew from Berlin to Madrid.
People in France speak French. People in Italy speak Italian. People in Germany speak German.
People in Spain speak Spanish. The train goes from Paris to Berlin.
The train goes from Rome to Madrid. She lives in Paris and works in France.
He lives in Rome and works in Italy. The winter in Germany is cold.
The summer in Spain is hot. The summer in Italy is hot.
"""
WEATHER = """
The sun shines in the summer. The snow falls in the winter. The rain falls in the autumn.
The snow is cold. The rain is cold. The sun is hot. The sun shines on the sea.
The moon shines at night. The stars shine at night. The wind blows over the sea.
The rain falls on the field.
"""

EVERY = "".join((COURT, ANIMALS, FOOD, RIVER, MONEY, PLACES, WEATHER))
SENTENCES = " ".join(EVERY.split())
BANKS = " ".join(f"{RIVER}{MONEY}".split())

# a is to b as c is to d: asked as b − a + c, with d for the answer that people expect.
QUESTIONS = (
    ("man", "king", "woman", "queen"),
    ("king", "prince", "queen", "princess"),
    ("boy", "man", "girl", "woman"),
    ("man", "father", "woman", "mother"),
    ("boy", "brother", "girl", "sister"),
    ("son", "prince", "daughter", "princess"),
    ("he", "his", "she", "her"),
    ("cat", "kitten", "dog", "puppy"),
    ("france", "paris", "italy", "rome"),
    ("germany", "berlin", "spain", "madrid"),
    ("france", "french", "germany", "german"),
    ("apple", "sweet", "soup", "hot"),
)
