"""The four lines that save what a published model looks at, as `view` reads it."""

HOW = (
    'inputs = tokenizer("The cat drank the milk because it was thirsty.", return_tensors="pt")',
    "layers = model(**inputs, output_attentions=True).attentions",
    'tokens = tokenizer.convert_ids_to_tokens(inputs["input_ids"][0])',
    'numpy.savez("attention.npz", tokens=tokens, '
    "attention=[layer[0].detach().float().numpy() for layer in layers])",
)
NEEDS = 'model = AutoModel.from_pretrained(…, attn_implementation="eager"), or it keeps none'
