"""Line mode: the same sessions without a screen, in sentences, for whoever does not look.

Screen readers, shells inside editors, scripts and pipes: what goes in are lines, what comes out
are lines. Nothing here knows Textual, colours or the size of a window.
"""
