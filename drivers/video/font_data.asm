; SPDX-License-Identifier: BSD-2-Clause-Patent
;
; The glyphs of the text console, as scripts/mkfont has converted them. Their
; licence, LICENSES/OFL-1.1.txt, asks for the notice.

section .rodata.font_data progbits alloc noexec nowrite align=16

global font_data
font_data:
	incbin "drivers/video/font.bin"

	db "Glyphs: Copyright (c) 2010-2014 Dimitar Toshkov Zhekov, "
	db "SIL Open Font License 1.1", 0
