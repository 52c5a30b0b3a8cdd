"""Texts that try to be more than text, numbers that are none, and sizes that nobody has."""

ESCAPES = (
    "\x1b[31mred\x1b[0m",
    "\x1b]0;owned\x07",
    "\x1b]8;;https://example.org\x1b\\here\x1b]8;;\x1b\\",
    "\x1b]52;c;b3duZWQ=\x07",
    "\x1bP+q544e\x1b\\",
    "\x1b_Gi=1;AAAA\x1b\\",
    "\x1b^owned\x1b\\ \x1bXowned\x1b\\",
    "\x1b[2J\x1b[H\x1b[?1049l\x1bc",
    "\x1b[6n\x1b[c\x1b[>0q\x1b[21t",
    "\x1b[?1016h\x1b[?1003h\x1b[>31u",
    "\x9b31m\x9d0;owned\x9c\x90q\x9c\x84\x85\x8d",
    "a\x00b\x07c\x08d\x0be\x0cf\x0eg\x0fh\x7fi",
    "one\r\ntwo\rthree\n\tfour",
    "\x1b",
    "\x1b[",
    "\x1b[200~in\x1b[201~out",
)
MARKUP = (
    "[bold red]x[/]",
    "[/] x",
    "[MASK] x[i] softmax([z])",
    "[@click=app.quit]y[/]",
    "[link=https://example.org]z[/link]",
    "$text {0} %s %(x)d ${HOME} `id` $(id)",
    "**a** _b_ `c` [d](e) <b>f</b> &lt; # g",
    ":smile: :warning:",
)
UNSEEN = (
    "\u202eabc\u202c \u2066def\u2069",
    "a\u200bb\u200cc\u200dd\u2060e\ufefff\u00adg",
    "e\u0301\u0302\u0303 Z" + "\u0335" * 40,
    "\U000e0041\U000e0042\u180e\u2028\u2029\ufff9",
    "👨‍👩‍👧 ☺️ 🏳️‍🌈 🇩🇪",
    "日本語 한국어 ﷺ ไทยกำ ᄀ\u1161\u11a8",
    "\U00100000\U0010ffff\ue000",
    "\ud800\udfff",
)
LONG = ("x" * 3000, "日" * 1500, "a\n" * 2000, "1," * 3000)
VALUES = (
    "", " ", "nan", "inf", "-inf", "1e999", "-3", "7", "0.5", "1e-320", "9" * 400, "1_000", "١٢٣",
    "abc", "1,2,3", "1;2", "1,2;3", ";;;", ",,,", "tanh", "on", "0x10", "−2", "½", "True",
    "tfx softmax temperature=2", "softmax logits=1,2,3", "tfx", "=", "softmax logits='",
    "tfx nothing x=1", "softmax logits=$'\\x1b[31m'", "tfx tokenizer text=$'\\U0011ffff'",
    "tfx softmax temp=3", "$ tfx softmax logits=“1\u00a02” --json", "1\t2\t3", "1,,2",
    "1/0", "9^9^9",
)  # fmt: skip
TEXTS = ESCAPES + MARKUP + UNSEEN
# What can be sent to a terminal: a lone surrogate has no bytes.
JUNK = tuple(text.encode(errors="replace").decode() for text in (*TEXTS, *LONG, *VALUES))

SIZES = (
    (80, 24), (80, 24), (60, 18), (120, 36), (160, 45), (200, 50), (59, 17), (40, 10), (20, 5),
    (1, 1), (2, 1), (1, 50), (200, 1), (3, 2), (130, 30), (129, 24), (500, 200),
)  # fmt: skip
