/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Graphics Output and EDID.
 * Document: UEFI 2.10, section 12.9.
 */
#ifndef SPEC_EFI_GRAPHICS_OUTPUT_H
#define SPEC_EFI_GRAPHICS_OUTPUT_H

#include <spec/efi/types.h>

/* How a pixel lies in memory: bytes of red, green, blue, none, or the other way. */
#define EFI_PIXEL_RGBX		0
#define EFI_PIXEL_BGRX		1
#define EFI_PIXEL_BITMASK	2
#define EFI_PIXEL_BLT_ONLY	3	/* there is no frame buffer to write to */

struct efi_pixel_bitmask {
	u32 red, green, blue, reserved;
};

struct efi_graphics_output_mode_info {
	u32 version;
	u32 width;
	u32 height;
	u32 pixel_format;
	struct efi_pixel_bitmask pixel_bitmask;
	u32 pixels_per_scan_line;
};

struct efi_graphics_output_mode {
	u32 max_mode;
	u32 mode;
	struct efi_graphics_output_mode_info *info;
	efi_uintn_t info_size;
	u64 frame_buffer_base;
	efi_uintn_t frame_buffer_size;
};

#define EFI_BLT_VIDEO_FILL		0
#define EFI_BLT_VIDEO_TO_BUFFER		1
#define EFI_BLT_BUFFER_TO_VIDEO		2
#define EFI_BLT_VIDEO_TO_VIDEO		3

/* struct efi_graphics_output - pixels in buffers are EFI_PIXEL_BGRX in every mode */
struct efi_graphics_output {
	efi_status_t (EFIAPI *query_mode)(struct efi_graphics_output *this, u32 mode,
					  efi_uintn_t *info_size,
					  struct efi_graphics_output_mode_info **info);
	efi_status_t (EFIAPI *set_mode)(struct efi_graphics_output *this, u32 mode);
	efi_status_t (EFIAPI *blt)(struct efi_graphics_output *this, u32 *buffer, u32 operation,
				   efi_uintn_t source_x, efi_uintn_t source_y,
				   efi_uintn_t destination_x, efi_uintn_t destination_y,
				   efi_uintn_t width, efi_uintn_t height, efi_uintn_t delta);
	struct efi_graphics_output_mode *mode;
};

/* EDID discovered and EDID active look the same. */
struct efi_edid {
	u32 size;
	u8 *edid;
};

/* 10.3.3.2 and ACPI 6.4, appendix B.4.2: a VGA output that firmware can show on */
#define EFI_ADR_DISPLAY_VGA	0x80010100

#endif
