/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Text consoles.
 * Document: UEFI 2.10, sections 12.2 (keys, Simple Text Input Ex), 12.3 (Simple
 * Text Input) and 12.4 (Simple Text Output).
 */
#ifndef SPEC_EFI_SIMPLE_TEXT_H
#define SPEC_EFI_SIMPLE_TEXT_H

#include <spec/efi/types.h>

struct efi_input_key {
	u16 scan_code;
	efi_char16_t unicode;
};

#define EFI_SCAN_NULL		0x00
#define EFI_SCAN_UP		0x01
#define EFI_SCAN_DOWN		0x02
#define EFI_SCAN_RIGHT		0x03
#define EFI_SCAN_LEFT		0x04
#define EFI_SCAN_HOME		0x05
#define EFI_SCAN_END		0x06
#define EFI_SCAN_INSERT		0x07
#define EFI_SCAN_DELETE		0x08
#define EFI_SCAN_PAGE_UP	0x09
#define EFI_SCAN_PAGE_DOWN	0x0a
#define EFI_SCAN_F1		0x0b
#define EFI_SCAN_F10		0x14
#define EFI_SCAN_F11		0x15
#define EFI_SCAN_F12		0x16
#define EFI_SCAN_ESC		0x17

struct efi_simple_text_input {
	efi_status_t (EFIAPI *reset)(struct efi_simple_text_input *this, efi_bool_t extended);
	efi_status_t (EFIAPI *read_key_stroke)(struct efi_simple_text_input *this,
					       struct efi_input_key *key);
	efi_event_t wait_for_key;
};

#define EFI_SHIFT_STATE_VALID	0x80000000
#define EFI_RIGHT_SHIFT_PRESSED	0x00000001
#define EFI_LEFT_SHIFT_PRESSED	0x00000002
#define EFI_RIGHT_CONTROL_PRESSED 0x00000004
#define EFI_LEFT_CONTROL_PRESSED 0x00000008
#define EFI_RIGHT_ALT_PRESSED	0x00000010
#define EFI_LEFT_ALT_PRESSED	0x00000020

#define EFI_TOGGLE_STATE_VALID	0x80
#define EFI_KEY_STATE_EXPOSED	0x40
#define EFI_SCROLL_LOCK_ACTIVE	0x01
#define EFI_NUM_LOCK_ACTIVE	0x02
#define EFI_CAPS_LOCK_ACTIVE	0x04

struct efi_key_data {
	struct efi_input_key key;
	u32 shift_state;
	u8 toggle_state;
};

typedef efi_status_t (EFIAPI *efi_key_notify_t)(struct efi_key_data *key);

struct efi_simple_text_input_ex {
	efi_status_t (EFIAPI *reset)(struct efi_simple_text_input_ex *this, efi_bool_t extended);
	efi_status_t (EFIAPI *read_key_stroke)(struct efi_simple_text_input_ex *this,
					       struct efi_key_data *key);
	efi_event_t wait_for_key;
	efi_status_t (EFIAPI *set_state)(struct efi_simple_text_input_ex *this, u8 *toggle);
	efi_status_t (EFIAPI *register_key_notify)(struct efi_simple_text_input_ex *this,
						   struct efi_key_data *key,
						   efi_key_notify_t notify, void **handle);
	efi_status_t (EFIAPI *unregister_key_notify)(struct efi_simple_text_input_ex *this,
						     void *handle);
};

/* Attributes: a foreground colour, and a background colour shifted by 4. */
#define EFI_BLACK		0x0
#define EFI_LIGHTGRAY		0x7
#define EFI_WHITE		0xf
#define EFI_TEXT_ATTR(fg, bg)	((u32)((fg) | (bg) << 4))

struct efi_simple_text_output_mode {
	s32 max_mode;
	s32 mode;
	s32 attribute;
	s32 cursor_column;
	s32 cursor_row;
	efi_bool_t cursor_visible;
};

struct efi_simple_text_output {
	efi_status_t (EFIAPI *reset)(struct efi_simple_text_output *this, efi_bool_t extended);
	efi_status_t (EFIAPI *output_string)(struct efi_simple_text_output *this,
					     const efi_char16_t *text);
	efi_status_t (EFIAPI *test_string)(struct efi_simple_text_output *this,
					   const efi_char16_t *text);
	efi_status_t (EFIAPI *query_mode)(struct efi_simple_text_output *this, efi_uintn_t mode,
					  efi_uintn_t *columns, efi_uintn_t *rows);
	efi_status_t (EFIAPI *set_mode)(struct efi_simple_text_output *this, efi_uintn_t mode);
	efi_status_t (EFIAPI *set_attribute)(struct efi_simple_text_output *this,
					     efi_uintn_t attribute);
	efi_status_t (EFIAPI *clear_screen)(struct efi_simple_text_output *this);
	efi_status_t (EFIAPI *set_cursor_position)(struct efi_simple_text_output *this,
						   efi_uintn_t column, efi_uintn_t row);
	efi_status_t (EFIAPI *enable_cursor)(struct efi_simple_text_output *this,
					     efi_bool_t visible);
	struct efi_simple_text_output_mode *mode;
};

#endif
