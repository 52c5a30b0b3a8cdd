"""Everything that a terminal answers, whoever asked: none of it is a key.

In the order of "XTerm Control Sequences" (invisible-island.net/xterm/ctlseqs), patch 397; then what
other terminals have added. Left out is what has no form by which it could be told from typing: the
answer to ENQ, which is any text, and what a terminal says while it plays a VT52 or a Tektronix,
when no key of ours is understood either.
"""

from typing import Final

REPLIES: Final[dict[str, str]] = {
    # device control strings
    "DECRQSS, valid: SGR": "\x1bP1$r0;1;31m\x1b\\",
    "DECRQSS, valid: cursor": "\x1bP1$r2 q\x1b\\",
    "DECRQSS, valid: margins": "\x1bP1$r1;24r\x1b\\",
    "DECRQSS, valid: conformance": '\x1bP1$r64;1"p\x1b\\',
    "DECRQSS, invalid": "\x1bP0$r\x1b\\",
    "XTGETTCAP, valid": "\x1bP1+r544e=787465726d2d323536636f6c6f72;436f=323536\x1b\\",
    "XTGETTCAP, invalid": "\x1bP0+r716c\x1b\\",
    "XTGETXRES": "\x1bP1+R666f6e74=6d6f6e6f\x1b\\",
    "XTVERSION": "\x1bP>|XTerm(397)\x1b\\",
    "XTVERSION of tmux": "\x1bP>|tmux 3.3a\x1b\\",
    "DA3": "\x1bP!|00000000\x1b\\",
    "DA3 with letters": "\x1bP!|7E4B4445\x1b\\",  # "~KDE"
    "DECCIR": "\x1bP1$u12;40;1;@;@;@;0;2;@;BBBB\x1b\\",
    "DECTABSR": "\x1bP2$u9/17/25/33/41/49\x1b\\",
    "DECRPTSR": "\x1bP1$s0q1u2l3h\x1b\\",
    "color table": "\x1bP2$s0;2;0;0;0/1;2;80;0;0\x1b\\",
    "DECRQUPSS": "\x1bP0!u%5\x1b\\",
    "DECCKSR": "\x1bP1!~F3A9\x1b\\",
    "sixel": '\x1bPq"1;1;8;6#0;2;0;0;0#0~~@@vv@@~~$-\x1b\\',
    "tmux's control mode": "\x1bP1000p%begin 1 2 0\r\n%end\r\n\x1b\\",
    # control sequences
    "DA1": "\x1b[?61;4;6;7;14;21;22;23;24;28;32;42;52c",
    "DA1 of a VT100": "\x1b[?1;2c",
    "DA1 of a VT102": "\x1b[?6c",
    "DA1 of a VT420": "\x1b[?64;1;2;6;9;15;16;17;18;21;22;28c",
    "DA2": "\x1b[>41;397;0c",
    "DSR: in order": "\x1b[0n",
    "DSR: out of order": "\x1b[3n",
    "CPR": "\x1b[12;40R",
    "CPR at home": "\x1b[1;1R",
    "DECXCPR": "\x1b[?12;40R",
    "DECXCPR with a page": "\x1b[?12;40;1R",
    "printer": "\x1b[?10n",
    "no printer": "\x1b[?13n",
    "UDK locked": "\x1b[?21n",
    "keyboard": "\x1b[?27;1;0;0n",
    "locator": "\x1b[?53n",
    "locator type": "\x1b[?57;1n",
    "macro space": "\x1b[0*{",
    "data integrity": "\x1b[?70n",
    "sessions": "\x1b[?83n",
    "DECRQM": "\x1b[4;2$y",
    "DECRQM, private": "\x1b[?1016;2$y",
    "DECRQM of synchronised output": "\x1b[?2026;2$y",
    "DECRQM, not known": "\x1b[?2048;0$y",
    "DECREQTPARM": "\x1b[2;1;1;128;128;1;0x",
    "DECRPDE": '\x1b[24;80;1;1;1"w',
    "locator report": "\x1b[2;4;12;40;1&w",
    "locator report, nowhere": "\x1b[0&w",
    "XTSMGRAPHICS": "\x1b[?1;0;256S",
    "XTSMGRAPHICS, geometry": "\x1b[?2;0;1000;1000S",
    "XTQMODKEYS": "\x1b[>4;2m",
    "XTREPORTSGR": "\x1b[0;1;38:2::1:2:3m",
    "XTREPORTCOLORS": "\x1b[?1;3#Q",
    "XTTITLEPOS": "\x1b[0;10#S",
    "window is open": "\x1b[1t",
    "window is an icon": "\x1b[2t",
    "window's place": "\x1b[3;100;200t",
    "window in pixels": "\x1b[4;480;640t",
    "screen in pixels": "\x1b[5;1080;1920t",
    "cell in pixels": "\x1b[6;20;10t",
    "window in cells": "\x1b[8;24;80t",
    "screen in cells": "\x1b[9;54;192t",
    "size in band": "\x1b[48;24;80;480;800t",
    "highlight tracking": "\x1b[<0;12;40t",
    # operating system commands
    "icon's title": "\x1b]Lquit q 123 ünï\x1b\\",
    "window's title": "\x1b]lme@host: ~/q\x1b\\",
    "title, with BEL": "\x1b]lvim\x07",
    "palette": "\x1b]4;1;rgb:cdcd/0000/0000\x1b\\",
    "palette, with BEL": "\x1b]4;255;rgba:eeee/eeee/eeee/ffff\x07",
    "special colour": "\x1b]5;0;rgb:ffff/ffff/ffff\x1b\\",
    "foreground": "\x1b]10;rgb:e5e5/e5e5/e5e5\x1b\\",
    "background": "\x1b]11;rgb:0000/0000/0000\x1b\\",
    "background, with BEL": "\x1b]11;rgb:fdfd/f6f6/e3e3\x07",
    "cursor's colour": "\x1b]12;rgb:ffff/0000/0000\x1b\\",
    "highlight": "\x1b]17;rgb:b3b3/d7d7/ffff\x1b\\",
    "font": "\x1b]50;-misc-fixed-medium-r-semicondensed--13-120\x1b\\",
    "selection": "\x1b]52;c;cXVpdCBub3chIDEyMzQ1\x1b\\",
    "selection, empty": "\x1b]52;c;\x07",
    "allowed": "\x1b]60;allowColorOps,allowFontOps\x1b\\",
    "disallowed": "\x1b]61;SetSelection,GetSelection\x1b\\",
    # of other terminals
    "kitty's keyboard": "\x1b[?25u",
    "kitty's graphics": "\x1b_Gi=31;OK\x1b\\",
    "kitty's graphics, refused": "\x1b_Gi=31;EINVAL:no such q\x1b\\",
    "kitty's colours": "\x1b]21;foreground=rgb:e5/e5/e5\x1b\\",
    "kitty's pointer": "\x1b]22;default\x1b\\",
    "kitty's notification": "\x1b]99;i=1:p=?;a=focus,report\x1b\\",
    "dark or light": "\x1b[?997;1n",
    "iTerm2's cell": "\x1b]1337;ReportCellSize=17.5;8.0;2.0\x1b\\",
    "privacy message": "\x1b^quit\x1b\\",
    "start of string": "\x1bXquit 123\x1b\\",
    "application command": "\x1b_tmux q 123\x1b\\",
}

_EIGHT_BIT: Final = {"\x1b" + chr(code - 0x40): chr(code) for code in (0x90, *range(0x98, 0xA0))}


def encodings(reply: str) -> list[bytes]:
    """The bytes of a reply: with controls of two characters, of one, and of one byte."""
    short = reply
    for seven, eight in _EIGHT_BIT.items():
        short = short.replace(seven, eight)
    one_byte = [short.encode("latin-1")] if reply.isascii() else []
    return [reply.encode(), short.encode(), *one_byte]
