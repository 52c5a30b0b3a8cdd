"""A class: one presents, others follow in terminals of their own, and answer what is asked.

`messages` and `wire` are what travels, `place` is where the socket lies, `room` who is there and
what they see, `pace` and `turns` when they are sent it, `hub` and `seat` are the two ends of a
connection, `showing` is how a screen becomes a message and a message a session. No terminal is
known here.
"""
