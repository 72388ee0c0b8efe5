/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * PE32+ images: one of our own, damaged in every field that matters, and those of
 * Debian's packages that are in the cache of scripts/fetch-guest.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <glob.h>
#include <unistd.h>

#include <cmocka.h>

#include <asm/paging.h>
#include <fw/errno.h>
#include <fw/memmap.h>

#include "pe.h"
#include "peimage.h"
#include "support.h"

static struct pe_test file;
static const char *why;

static int setup(void **state)
{
	pe_test_make(&file);
	why = NULL;
	return 0;
}

static int parse(struct pe_image *pe)
{
	return pe_parse(pe, &file, sizeof(file), &why);
}

static void test_good(void **state)
{
	struct pe_image pe;

	assert_int_equal(parse(&pe), 0);
	assert_int_equal(pe.size, PE_TEST_SIZE);
	assert_int_equal(pe.entry, PE_TEST_TEXT);
	assert_int_equal(pe.base, PE_TEST_BASE);
	assert_int_equal(pe.alignment, 0x1000);
	assert_int_equal(pe.subsystem, PE_SUBSYSTEM_APPLICATION);
	assert_true(pe.is_nx);
	assert_false(pe.is_fixed);
}

static void test_load(void **state)
{
	u8 *memory = malloc(PE_TEST_SIZE);
	struct pe_image pe;
	u32 i;

	memset(memory, 0xee, PE_TEST_SIZE);
	assert_int_equal(parse(&pe), 0);
	assert_int_equal(pe_load(&pe, memory, &why), 0);
	assert_memory_equal(memory, &file, PE_TEST_HEADERS);
	for (i = PE_TEST_HEADERS; i < PE_TEST_TEXT; i++)
		assert_int_equal(memory[i], 0);
	/* As much as the section has in memory, though there is more in the file. */
	for (i = 0; i < 0x1000; i++)
		assert_int_equal(memory[PE_TEST_TEXT + i], i < 0x180 ? 0xc3 : 0);
	for (i = 0; i < 0x2000; i++) {
		if (i < 8 || i >= 16)
			assert_int_equal(memory[PE_TEST_DATA + i], i < 0x200 ? 0xda : 0);
	}
	assert_true(get_le64(memory + PE_TEST_DATA + 8) ==
		    (u64)(uintptr_t)memory + 0x2010);
	free(memory);
}

/* Whatever the order of sections, no byte is what it was before. */
static void test_overlap(void **state)
{
	u8 *memory = malloc(PE_TEST_SIZE);
	struct pe_image pe;
	u32 i;

	memset(memory, 0xee, PE_TEST_SIZE);
	file.text.rva = cpu_to_le32(0x3000);
	file.data.rva = cpu_to_le32(0x200);	/* in the headers */
	file.data.virtual_size = cpu_to_le32(0x200);
	file.directory[PE_DIRECTORY_RELOC].size = cpu_to_le32(0);
	assert_int_equal(parse(&pe), 0);
	assert_false(pe.is_nx);
	assert_int_equal(pe_load(&pe, memory, &why), 0);
	assert_int_equal(memory[0x200], 0xda);
	for (i = PE_TEST_HEADERS; i < PE_TEST_SIZE; i++)
		assert_int_not_equal(memory[i], 0xee);
	free(memory);
}

static void refuse(int error, const char *reason)
{
	struct pe_image pe;

	assert_int_equal(parse(&pe), error);
	assert_non_null(strstr(why, reason));
	setup(NULL);
}

static void test_not_ours(void **state)
{
	file.dos[0] = 'm';
	refuse(-EOPNOTSUPP, "not an EFI image");
	file.header.magic = cpu_to_le32(0);
	refuse(-EOPNOTSUPP, "not an EFI image");
	put_le32(sizeof(file) - 23, file.dos + PE_DOS_LFANEW);
	refuse(-EOPNOTSUPP, "not an EFI image");
	put_le32(0xffffffff, file.dos + PE_DOS_LFANEW);
	refuse(-EOPNOTSUPP, "not an EFI image");
	file.header.machine = cpu_to_le16(0x14c);
	refuse(-EOPNOTSUPP, "another processor");
	file.optional.magic = cpu_to_le16(0x10b);
	refuse(-EOPNOTSUPP, "not a 64-bit image");
	file.optional.subsystem = cpu_to_le16(9);
	refuse(-EOPNOTSUPP, "subsystem");
	file.optional.subsystem = cpu_to_le16(13);
	refuse(-EOPNOTSUPP, "subsystem");
}

static void test_damaged_header(void **state)
{
	file.header.optional_size = cpu_to_le16(sizeof(file.optional) - 1);
	refuse(-EBADMSG, "optional header is not in the file");
	put_le32(sizeof(file) - 24, file.dos + PE_DOS_LFANEW);
	memcpy((u8 *)&file + sizeof(file) - 24, &file.header, 24);
	refuse(-EBADMSG, "optional header is not in the file");
	file.header.optional_size = cpu_to_le16(sizeof(file.optional) + 15 * 8);
	refuse(-EBADMSG, "directories");
	file.optional.section_alignment = cpu_to_le32(0x1800);
	refuse(-EBADMSG, "not a power of two");
	file.optional.section_alignment = cpu_to_le32(0x8000000);
	refuse(-EBADMSG, "more than 64 MiB");
	file.optional.headers_size = cpu_to_le32(sizeof(file) + 1);
	refuse(-EBADMSG, "headers are larger");
	file.optional.image_size = cpu_to_le32(PE_TEST_HEADERS - 1);
	refuse(-EBADMSG, "headers are larger");
	file.optional.headers_size = cpu_to_le32(0x1ff);
	refuse(-EBADMSG, "section table");
	file.header.sections = cpu_to_le16(0xffff);
	refuse(-EBADMSG, "section table");
	file.optional.entry = cpu_to_le32(0);
	refuse(-EBADMSG, "entry point");
	file.optional.entry = cpu_to_le32(PE_TEST_SIZE);
	refuse(-EBADMSG, "entry point");
	file.directory[PE_DIRECTORY_RELOC].size = cpu_to_le32(PE_TEST_SIZE - PE_TEST_RELOC + 1);
	refuse(-EBADMSG, "relocations are not in the image");
	file.directory[PE_DIRECTORY_RELOC].rva = cpu_to_le32(0xfffffff8);
	refuse(-EBADMSG, "relocations are not in the image");
}

static void test_damaged_section(void **state)
{
	file.data.raw_offset = cpu_to_le32(sizeof(file) - 0x1ff);
	refuse(-EBADMSG, "data is not in the file");
	file.data.raw_offset = cpu_to_le32(0xffffff00);
	refuse(-EBADMSG, "data is not in the file");
	file.data.rva = cpu_to_le32(PE_TEST_SIZE - 0x17ff);
	refuse(-EBADMSG, "section is not in the image");
	file.data.rva = cpu_to_le32(0xfffffff0);
	refuse(-EBADMSG, "section is not in the image");
	file.data.virtual_size = cpu_to_le32(0xffffffff);
	refuse(-EBADMSG, "section is not in the image");
}

/* Neither is worth refusing: such loaders are in use. */
static void test_tolerated(void **state)
{
	struct pe_image pe;

	file.optional.section_alignment = cpu_to_le32(0x20);
	assert_int_equal(parse(&pe), 0);
	assert_false(pe.is_nx);
	file.optional.section_alignment = cpu_to_le32(0);
	assert_int_equal(parse(&pe), 0);
	assert_int_equal(pe.alignment, 1);
	setup(NULL);
	file.optional.directories = cpu_to_le32(5);
	assert_int_equal(parse(&pe), 0);
	assert_int_equal(pe.reloc_size, 0);
	setup(NULL);
	file.optional.directories = cpu_to_le32(0xffffffff);
	assert_int_equal(parse(&pe), 0);
	setup(NULL);
	file.data.raw_size = cpu_to_le32(0xffffffff);	/* and no place in the file */
	file.data.raw_offset = cpu_to_le32(0);
	assert_int_equal(parse(&pe), 0);
	setup(NULL);
	file.text.virtual_size = cpu_to_le32(0);
	assert_int_equal(parse(&pe), 0);
	setup(NULL);
	file.text.characteristics = cpu_to_le32(PE_SECTION_EXECUTE | PE_SECTION_WRITE);
	assert_int_equal(parse(&pe), 0);
	assert_false(pe.is_nx);
	setup(NULL);
	file.header.characteristics = cpu_to_le16(PE_FILE_RELOCS_STRIPPED);
	assert_int_equal(parse(&pe), 0);
	assert_true(pe.is_fixed);
}

static int load_here(u8 *memory)
{
	struct pe_image pe;

	assert_int_equal(parse(&pe), 0);
	return pe_load(&pe, memory, &why);
}

static void test_fixups(void **state)
{
	u8 *memory = malloc(PE_TEST_SIZE), *data = memory + PE_TEST_DATA;
	u64 delta = (u64)(uintptr_t)memory - PE_TEST_BASE;

	file.block.size = cpu_to_le32(sizeof(file.block) + 8);
	file.directory[PE_DIRECTORY_RELOC].size = cpu_to_le32(sizeof(file.block) + 8);
	file.reloc.virtual_size = cpu_to_le32(16);
	file.fixup[0] = cpu_to_le16(PE_RELOC_HIGHLOW << 12 | 0);
	file.fixup[1] = cpu_to_le16(PE_RELOC_HIGH << 12 | 4);
	file.fixup[2] = cpu_to_le16(PE_RELOC_LOW << 12 | 6);
	file.fixup[3] = cpu_to_le16(PE_RELOC_DIR64 << 12 | 8);
	assert_int_equal(load_here(memory), 0);
	assert_int_equal(get_le32(data), (u32)(0xdadadada + delta));
	assert_int_equal(get_le16(data + 4), (u16)(0xdada + (delta >> 16)));
	assert_int_equal(get_le16(data + 6), (u16)(0xdada + delta));
	assert_true(get_le64(data + 8) == 0x140002010 + delta);
	free(memory);
}

static void test_damaged_relocations(void **state)
{
	static const u32 sizes[] = { 0, 7, 13, 0xffffffff };
	u8 *memory = malloc(PE_TEST_SIZE);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		file.block.size = cpu_to_le32(sizes[i]);
		assert_int_equal(load_here(memory), -EBADMSG);
		assert_non_null(strstr(why, "wrong size"));
	}
	setup(NULL);
	file.fixup[1] = cpu_to_le16(4 << 12);
	assert_int_equal(load_here(memory), -EBADMSG);
	assert_non_null(strstr(why, "unknown type"));
	setup(NULL);
	file.block.rva = cpu_to_le32(PE_TEST_SIZE - 15);
	assert_int_equal(load_here(memory), -EBADMSG);
	file.block.rva = cpu_to_le32(PE_TEST_SIZE - 16);
	assert_int_equal(load_here(memory), 0);
	file.block.rva = cpu_to_le32(0xfffff000);
	assert_int_equal(load_here(memory), -EBADMSG);
	/* Less than a block is left, or nothing but a head. */
	setup(NULL);
	file.directory[PE_DIRECTORY_RELOC].size = cpu_to_le32(7);
	assert_int_equal(load_here(memory), 0);
	file.block.size = cpu_to_le32(8);
	file.directory[PE_DIRECTORY_RELOC].size = cpu_to_le32(10);
	assert_int_equal(load_here(memory), 0);
	free(memory);
}

static void test_section_map(void **state)
{
	struct pe_image pe;
	u32 base, size;

	assert_int_equal(parse(&pe), 0);
	assert_true(pe_section_map(&pe, 0, &base, &size) == MAP_RO);
	assert_int_equal(base, 0);
	assert_int_equal(size, 0x1000);
	assert_true(pe_section_map(&pe, 1, &base, &size) == MAP_RX);
	assert_int_equal(base, PE_TEST_TEXT);
	assert_int_equal(size, 0x1000);
	assert_true(pe_section_map(&pe, 2, &base, &size) == MAP_RW);
	assert_int_equal(size, 0x2000);
	assert_true(pe_section_map(&pe, 3, &base, &size) == MAP_RO);
	assert_int_equal(size, 0x1000);
}

static u8 *read_file(const char *name, size_t *size)
{
	FILE *f = fopen(name, "rb");
	u8 *data;

	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	*size = (size_t)ftell(f);
	rewind(f);
	data = malloc(*size);
	assert_int_equal(fread(data, 1, *size, f), *size);
	fclose(f);
	return data;
}

/* Loaded twice, 64 KiB apart: what differs is what was fixed up, by that much. */
static void check_real(const char *name)
{
	struct pe_image pe;
	size_t size, i, fixups = 0;
	u8 *data = read_file(name, &size), *one, *two;

	if (pe_parse(&pe, data, size, &why) != 0)
		fail_msg("%s: %s", name, why);
	one = aligned_alloc(0x10000, ALIGN_UP((size_t)pe.size, (size_t)0x10000) * 2 + 0x10000);
	two = malloc(pe.size);
	memset(one, 0xee, pe.size);
	if (pe_load(&pe, one, &why) != 0)
		fail_msg("%s: %s", name, why);
	memcpy(two, one, pe.size);
	assert_int_equal(pe_load(&pe, one + 0x10000, &why), 0);
	assert_memory_equal(two, data, MIN((size_t)pe.headers_size, (size_t)0x40));
	for (i = 0; i + 8 <= pe.size; i++) {
		u64 was = get_le64(two + i), is = get_le64(one + 0x10000 + i);

		if ((u8)was == (u8)is && ((was ^ is) & 0xffff) == 0 && was != is &&
		    is - was == 0x10000) {
			fixups++;
			i += 7;
		} else {
			assert_int_equal((u8)was, (u8)is);
		}
	}
	if (pe.reloc_size > 16)
		assert_true(fixups > 0);
	else
		assert_int_equal(fixups, 0);
	free(two);
	free(one);
	free(data);
}

static const char *cache(void)
{
	static char path[400];
	const char *dir = getenv("CLOISTER_CACHE");

	if (dir)
		return dir;
	snprintf(path, sizeof(path), "%s/.cache/cloister", getenv("HOME") ? getenv("HOME") : "");
	return path;
}

static size_t for_each(const char *pattern, void (*check)(const char *name))
{
	char path[500];
	glob_t found;
	size_t i, count = 0;

	snprintf(path, sizeof(path), "%s/%s", cache(), pattern);
	if (glob(path, 0, NULL, &found) != 0)
		return 0;
	for (i = 0; i < found.gl_pathc; i++) {
		/* Not a link to where the package would be installed. */
		if (access(found.gl_pathv[i], R_OK) != 0)
			continue;
		check(found.gl_pathv[i]);
		count++;
	}
	globfree(&found);
	return count;
}

static void test_real_images(void **state)
{
	static const char *const patterns[] = {
		"shim-*/usr/lib/shim/*.efi*", "grub-efi-*/usr/lib/grub/x86_64-efi*/*.efi.signed",
		"grub-efi-*/usr/lib/grub/x86_64-efi/monolithic/*.efi",
		"systemd-boot-efi*/usr/lib/systemd/boot/efi/*x64.efi*",
		"memtest86+*/boot/*x64.efi", "refind*/usr/share/refind/refind/refind_x64.efi",
		"refind*/usr/share/refind/refind/*_x64/*.efi", "ipxe*/boot/ipxe.efi",
		"ipxe*/usr/lib/ipxe/*.efi", "syslinux-efi*/usr/lib/SYSLINUX.EFI/efi64/*.efi",
		"efitools*/usr/lib/efitools/x86_64-linux-gnu/*.efi",
		"fwupd-*/usr/libexec/fwupd/efi/*.efi*", "linux-image-*/boot/vmlinuz-*",
	};
	size_t i, count = 0;

	for (i = 0; i < ARRAY_SIZE(patterns); i++)
		count += for_each(patterns[i], check_real);
	printf("%zu images of Debian packages\n", count);
	if (count == 0)
		skip();
}

static void check_foreign(const char *name)
{
	struct pe_image pe;
	size_t size;
	u8 *data = read_file(name, &size);

	assert_int_equal(pe_parse(&pe, data, size, &why), -EOPNOTSUPP);
	free(data);
}

static void test_real_foreign(void **state)
{
	if (for_each("memtest86+*/boot/*ia32.efi", check_foreign) +
	    for_each("syslinux-efi*/usr/lib/SYSLINUX.EFI/efi32/*.efi", check_foreign) == 0)
		skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_good, setup),
		cmocka_unit_test_setup(test_load, setup),
		cmocka_unit_test_setup(test_overlap, setup),
		cmocka_unit_test_setup(test_not_ours, setup),
		cmocka_unit_test_setup(test_damaged_header, setup),
		cmocka_unit_test_setup(test_damaged_section, setup),
		cmocka_unit_test_setup(test_tolerated, setup),
		cmocka_unit_test_setup(test_fixups, setup),
		cmocka_unit_test_setup(test_damaged_relocations, setup),
		cmocka_unit_test_setup(test_section_map, setup),
		cmocka_unit_test(test_real_images),
		cmocka_unit_test(test_real_foreign),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
