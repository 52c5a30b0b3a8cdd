"""Lessons: Markdown files of short steps that ask first; every answer is computed.

`library` finds lessons, `reading.parse` makes records (`records`) of a file's text, `asking` works
out answers and takes guesses, `doing` looks at tasks, `again` draws a question anew, `checking`
holds a file to its contract. Nothing here knows of a terminal.
"""
