/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Consoles of loaded software. Devices for text are collected at link time;
 * what is written goes to each screen that is there, and keys come from all
 * keyboards. Whatever a device does, it does in bounded time.
 */
#ifndef FW_CONSOLE_H
#define FW_CONSOLE_H

#include <spec/efi/simple_text.h>

/**
 * struct text_screen - somewhere that shows text
 * @name:   for the log
 * @probe:  whether it is there; called once, when consoles are set up
 * @limits: the largest mode that fits; NULL: any
 * @resize: a mode with @columns and @rows begins; the screen is then cleared
 * @draw:   @count characters from (@column, @row) on, within the row
 * @scroll: all rows up by one; the last one is empty in @attribute
 * @clear:  everything in @attribute
 * @cursor: where the cursor is, and whether it is seen
 *
 * @attribute is as EFI_TEXT_ATTR(). Characters are ones that @can_show accepts;
 * NULL accepts all.
 */
struct text_screen {
	const char *name;
	bool (*probe)(void);
	void (*limits)(unsigned int *columns, unsigned int *rows);
	void (*resize)(unsigned int columns, unsigned int rows);
	void (*draw)(unsigned int column, unsigned int row, u8 attribute,
		     const efi_char16_t *text, size_t count);
	void (*scroll)(u8 attribute);
	void (*clear)(u8 attribute);
	void (*cursor)(unsigned int column, unsigned int row, bool visible);
	bool (*can_show)(efi_char16_t c);
};

/* Add a screen to the link-time table. */
#define TEXT_SCREEN(order, device)					\
	extern const struct text_screen *const text_screen__##order##__##device; \
	const struct text_screen *const text_screen__##order##__##device \
		__used __section(".text_screen." #order) = &device

/**
 * struct keyboard - somewhere that keys come from
 * @name:  for the log
 * @probe: whether it is there; called once, when consoles are set up
 * @read:  the next key that was pressed; false if there is none now
 * @reset: forget what was pressed
 */
struct keyboard {
	const char *name;
	bool (*probe)(void);
	bool (*read)(struct efi_key_data *key);
	void (*reset)(void);
};

/* Add a keyboard to the link-time table. */
#define KEYBOARD(order, device)						\
	extern const struct keyboard *const keyboard__##order##__##device; \
	const struct keyboard *const keyboard__##order##__##device	\
		__used __section(".keyboard." #order) = &device

/** console_print() - text for whoever looks at the screens; ASCII, '\n' ends a line */
void console_print(const char *fmt, ...) __printf(1, 2);

#endif
