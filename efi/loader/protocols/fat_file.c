/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The file protocol on FAT volumes. Notification functions may use files, too: what
 * a volume keeps is used at TPL_CALLBACK, the highest level at which that is allowed.
 * Document: UEFI 2.10, sections 7.1 (table of levels) and 13.5.
 */
#include <fw/errno.h>
#include <fw/memmap.h>
#include <fw/string.h>
#include <spec/efi/simple_file_system.h>

#include "fat_file.h"

struct fat_file {
	struct efi_file file;
	struct fat_volume *volume;
	struct fat_node *node;
	u64 mode;
	u64 position;		/* of a directory: of the next entry */
};

static struct fat_file *from_file(struct efi_file *file)
{
	return container_of(file, struct fat_file, file);
}

static efi_status_t status_of(int rc)
{
	switch (rc) {
	case -EPERM:
		return EFI_WRITE_PROTECTED;
	case -ENOTDIR:
		return EFI_NOT_FOUND;
	case -EISDIR:
		return EFI_UNSUPPORTED;
	default:
		return efi_status(rc);
	}
}

static bool name_is(const efi_char16_t *name, size_t len, const char *text)
{
	size_t i;

	for (i = 0; i < len && text[i] != 0; i++) {
		if (name[i] != (u8)text[i])
			return false;
	}
	return i == len && text[i] == 0;
}

/* The node that @name, of @len characters, means in @dir. */
static int step(struct fat_node *dir, const efi_char16_t *name, size_t len,
		struct fat_node **node)
{
	efi_char16_t component[FAT_NAME_MAX + 1];

	if (len > FAT_NAME_MAX)
		return -ENOENT;
	memcpy(component, name, len * sizeof(*name));
	component[len] = 0;
	if (name_is(component, len, ".."))
		return fat_parent(dir, node);
	return fat_open(dir, component, node);
}

static size_t component_len(const efi_char16_t *name)
{
	size_t len = 0;

	while (name[len] != 0 && name[len] != '\\')
		len++;
	return len;
}

static const efi_char16_t *skip_separators(const efi_char16_t *name)
{
	while (*name == '\\')
		name++;
	return name;
}

static bool is_here(const efi_char16_t *name, size_t len)
{
	return len == 0 || name_is(name, len, ".");
}

/*
 * Walk to the last component of a path. *@node is where that is looked for, open
 * once more; *@name is the component, empty if the path leads to *@node itself.
 */
static int walk(struct fat_file *from, const efi_char16_t **name, struct fat_node **node)
{
	const efi_char16_t *at = *name;
	struct fat_node *next;
	size_t len;
	int rc;

	rc = *at == '\\' ? fat_root(from->volume, node) : fat_reopen(from->node, node);
	if (rc != 0)
		return rc;
	for (;;) {
		at = skip_separators(at);
		len = component_len(at);
		*name = at;
		if (*skip_separators(at + len) == 0 && !is_here(at, len) &&
		    !name_is(at, len, ".."))
			return 0;
		if (len == 0)
			return 0;
		if (!is_here(at, len)) {
			rc = step(*node, at, len, &next);
			fat_close(*node);
			if (rc != 0)
				return rc;
			*node = next;
		}
		at += len;
	}
}

static int create(struct fat_node *dir, const efi_char16_t *name, u64 attributes,
		  struct fat_node **node)
{
	efi_char16_t component[FAT_NAME_MAX + 1];
	size_t len = component_len(name);

	if (len > FAT_NAME_MAX)
		return -EINVAL;
	memcpy(component, name, len * sizeof(*name));
	component[len] = 0;
	return fat_create(dir, component, (u8)attributes, node);
}

static int open_path(struct fat_file *from, const efi_char16_t *name, u64 mode, u64 attributes,
		     struct fat_node **node)
{
	struct fat_node *dir;
	int rc = walk(from, &name, &dir);

	if (rc != 0)
		return rc;
	if (*name == 0) {
		*node = dir;
		return 0;
	}
	rc = step(dir, name, component_len(name), node);
	if (rc == -ENOENT && mode & EFI_FILE_MODE_CREATE)
		rc = create(dir, name, attributes, node);
	fat_close(dir);
	return rc;
}

static efi_status_t check_mode(u64 mode, u64 attributes)
{
	if (mode != EFI_FILE_MODE_READ && mode != (EFI_FILE_MODE_READ | EFI_FILE_MODE_WRITE) &&
	    mode != (EFI_FILE_MODE_READ | EFI_FILE_MODE_WRITE | EFI_FILE_MODE_CREATE))
		return EFI_INVALID_PARAMETER;
	if (mode & EFI_FILE_MODE_CREATE &&
	    attributes & (EFI_FILE_READ_ONLY | ~EFI_FILE_VALID_ATTR))
		return EFI_INVALID_PARAMETER;
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI file_open(struct efi_file *this, struct efi_file **file,
				     efi_char16_t *name, u64 mode, u64 attributes)
{
	EFI_TPL_GUARD(TPL_CALLBACK);
	struct fat_file *from = from_file(this);
	struct fat_node *node;
	efi_status_t status;
	struct fat_info info;
	int rc;

	if (file == NULL || name == NULL)
		return EFI_INVALID_PARAMETER;
	status = check_mode(mode, attributes);
	if (status != EFI_SUCCESS)
		return status;
	if (mode & EFI_FILE_MODE_WRITE && fat_is_read_only(from->volume))
		return EFI_WRITE_PROTECTED;
	rc = open_path(from, name, mode, attributes, &node);
	if (rc != 0)
		return status_of(rc);
	rc = fat_get_info(node, &info);
	if (rc != 0 || (mode & EFI_FILE_MODE_WRITE && info.attr & FAT_ATTR_READ_ONLY) ||
	    (mode & EFI_FILE_MODE_CREATE &&
	     !(attributes & EFI_FILE_DIRECTORY) != !fat_is_directory(node))) {
		fat_close(node);
		return rc != 0 ? status_of(rc) : EFI_ACCESS_DENIED;
	}
	return fat_file_new(from->volume, node, mode, file);
}

static efi_status_t EFIAPI file_close(struct efi_file *this)
{
	EFI_TPL_GUARD(TPL_CALLBACK);

	fat_close(from_file(this)->node);
	efi_free_pool(from_file(this));
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI file_delete(struct efi_file *this)
{
	EFI_TPL_GUARD(TPL_CALLBACK);
	struct fat_file *f = from_file(this);
	int rc = -EPERM;

	if (f->mode & EFI_FILE_MODE_WRITE)
		rc = fat_delete(f->node);
	else
		fat_close(f->node);
	efi_free_pool(f);
	return rc == 0 ? EFI_SUCCESS : EFI_WARN_DELETE_FAILURE;
}

static void copy_times(struct efi_file_info *to, const struct fat_info *from)
{
	to->create_time = from->created;
	to->access_time = from->accessed;
	to->modify_time = from->modified;
}

/* *@size becomes what is needed; the name goes in with its NUL. */
static efi_status_t put_info(const struct fat_info *info, efi_uintn_t *size, void *buffer)
{
	size_t name = (ucs2_len(info->name) + 1) * sizeof(efi_char16_t);
	size_t needed = sizeof(struct efi_file_info) + name, had = *size;
	struct efi_file_info head = {
		.size = needed,
		.file_size = info->size,
		.physical_size = info->allocated,
		.attributes = info->attr & EFI_FILE_VALID_ATTR,
	};

	*size = needed;
	if (had < needed)
		return EFI_BUFFER_TOO_SMALL;
	copy_times(&head, info);
	memcpy(buffer, &head, sizeof(head));
	memcpy((u8 *)buffer + sizeof(head), info->name, name);
	return EFI_SUCCESS;
}

static efi_status_t read_directory(struct fat_file *f, efi_uintn_t *size, void *buffer)
{
	u32 position = (u32)f->position;
	struct fat_info info;
	efi_status_t status;
	int rc = fat_readdir(f->node, &position, &info);

	if (rc == -ENOENT) {
		*size = 0;
		return EFI_SUCCESS;
	}
	if (rc != 0)
		return status_of(rc);
	status = put_info(&info, size, buffer);
	if (status == EFI_SUCCESS)
		f->position = position;
	return status;
}

static efi_status_t EFIAPI file_read(struct efi_file *this, efi_uintn_t *size, void *buffer)
{
	EFI_TPL_GUARD(TPL_CALLBACK);
	struct fat_file *f = from_file(this);
	size_t len;
	int rc;

	if (size == NULL || (buffer == NULL && *size != 0))
		return EFI_INVALID_PARAMETER;
	if (fat_is_directory(f->node))
		return read_directory(f, size, buffer);
	if (f->position > fat_size(f->node))
		return EFI_DEVICE_ERROR;
	len = *size;
	rc = fat_read(f->node, f->position, buffer, &len);
	if (rc != 0)
		return status_of(rc);
	f->position += len;
	*size = len;
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI file_write(struct efi_file *this, efi_uintn_t *size, void *buffer)
{
	EFI_TPL_GUARD(TPL_CALLBACK);
	struct fat_file *f = from_file(this);
	int rc;

	if (size == NULL || (buffer == NULL && *size != 0))
		return EFI_INVALID_PARAMETER;
	if (fat_is_directory(f->node))
		return EFI_UNSUPPORTED;
	if (fat_is_read_only(f->volume))
		return EFI_WRITE_PROTECTED;
	if (!(f->mode & EFI_FILE_MODE_WRITE))
		return EFI_ACCESS_DENIED;
	rc = fat_write(f->node, f->position, buffer, *size);
	if (rc != 0) {
		*size = 0;
		return status_of(rc);
	}
	f->position += *size;
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI file_get_position(struct efi_file *this, u64 *position)
{
	struct fat_file *f = from_file(this);

	if (position == NULL)
		return EFI_INVALID_PARAMETER;
	if (fat_is_directory(f->node))
		return EFI_UNSUPPORTED;
	*position = f->position;
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI file_set_position(struct efi_file *this, u64 position)
{
	EFI_TPL_GUARD(TPL_CALLBACK);
	struct fat_file *f = from_file(this);

	if (fat_is_directory(f->node) && position != 0)
		return EFI_UNSUPPORTED;
	f->position = position == EFI_FILE_POSITION_END ? fat_size(f->node) : position;
	return EFI_SUCCESS;
}

static efi_status_t get_label(struct fat_volume *volume, efi_char16_t label[12])
{
	char ascii[12];
	int rc = fat_volume_label(volume, ascii);

	ucs2_from_ascii(label, ascii, 12);
	return status_of(rc);
}

static efi_status_t get_volume_info(struct fat_volume *volume, efi_uintn_t *size, void *buffer)
{
	struct efi_file_system_info info = { .read_only = fat_is_read_only(volume) };
	efi_char16_t label[12];
	efi_status_t status = get_label(volume, label);
	size_t name, had = *size;
	int rc;

	if (status != EFI_SUCCESS)
		return status;
	name = (ucs2_len(label) + 1) * sizeof(*label);
	info.size = offsetof(struct efi_file_system_info, label) + name;
	*size = info.size;
	if (had < info.size)
		return EFI_BUFFER_TOO_SMALL;
	rc = fat_volume_space(volume, &info.volume_size, &info.free_space, &info.block_size);
	if (rc != 0)
		return status_of(rc);
	memcpy(buffer, &info, offsetof(struct efi_file_system_info, label));
	memcpy((u8 *)buffer + offsetof(struct efi_file_system_info, label), label, name);
	return EFI_SUCCESS;
}

static efi_status_t get_volume_label(struct fat_volume *volume, efi_uintn_t *size, void *buffer)
{
	efi_char16_t label[12];
	efi_status_t status = get_label(volume, label);
	size_t name, had = *size;

	if (status != EFI_SUCCESS)
		return status;
	name = (ucs2_len(label) + 1) * sizeof(*label);
	*size = name;
	if (had < name)
		return EFI_BUFFER_TOO_SMALL;
	memcpy(buffer, label, name);
	return EFI_SUCCESS;
}

static efi_status_t get_file_info(struct fat_file *f, efi_uintn_t *size, void *buffer)
{
	struct fat_info info;
	int rc = fat_get_info(f->node, &info);

	return rc != 0 ? status_of(rc) : put_info(&info, size, buffer);
}

static efi_status_t EFIAPI file_get_info(struct efi_file *this, const struct efi_guid *type,
					 efi_uintn_t *size, void *buffer)
{
	EFI_TPL_GUARD(TPL_CALLBACK);
	struct fat_file *f = from_file(this);

	if (type == NULL || size == NULL || (buffer == NULL && *size != 0))
		return EFI_INVALID_PARAMETER;
	if (efi_guid_equal(type, &efi_guid_file_info))
		return get_file_info(f, size, buffer);
	if (efi_guid_equal(type, &efi_guid_file_system_info))
		return get_volume_info(f->volume, size, buffer);
	if (efi_guid_equal(type, &efi_guid_file_system_volume_label))
		return get_volume_label(f->volume, size, buffer);
	return EFI_UNSUPPORTED;
}

/* Another name, maybe in another directory. */
static int rename(struct fat_file *f, const efi_char16_t *name)
{
	struct fat_file in_parent = { .volume = f->volume };
	struct fat_node *dir, *parent;
	int rc = fat_parent(f->node, &parent);

	if (rc != 0)
		return rc;
	in_parent.node = parent;
	rc = walk(&in_parent, &name, &dir);
	fat_close(parent);
	if (rc != 0)
		return rc;
	rc = *name != 0 && name[component_len(name)] == 0 ? fat_rename(f->node, dir, name) :
							    -EINVAL;
	fat_close(dir);
	return rc;
}

static efi_status_t set_file_info(struct fat_file *f, const struct efi_file_info *to,
				  const efi_char16_t *name)
{
	struct fat_info is;
	int rc;

	if (!(f->mode & EFI_FILE_MODE_WRITE))
		return EFI_ACCESS_DENIED;
	rc = fat_get_info(f->node, &is);
	if (rc != 0)
		return status_of(rc);
	if (to->attributes & ~EFI_FILE_VALID_ATTR)
		return EFI_INVALID_PARAMETER;
	if ((to->attributes ^ is.attr) & EFI_FILE_DIRECTORY)
		return EFI_ACCESS_DENIED;
	if (*name != 0 && ucs2_cmp(name, is.name) != 0) {
		rc = rename(f, name);
		if (rc != 0)
			return rc == -EEXIST ? EFI_ACCESS_DENIED : status_of(rc);
	}
	if (!fat_is_directory(f->node) && to->file_size != is.size) {
		rc = fat_truncate(f->node, to->file_size);
		if (rc != 0)
			return status_of(rc);
	}
	is.attr = (u8)to->attributes;
	is.created = to->create_time;
	is.accessed = to->access_time;
	is.modified = to->modify_time;
	return status_of(fat_set_info(f->node, &is));
}

/* A copy whose name surely ends; what comes from the caller may change meanwhile. */
static efi_status_t copy_file_info(struct fat_file *f, efi_uintn_t size, const void *buffer)
{
	struct efi_file_info head;
	efi_char16_t *name;
	efi_status_t status;
	size_t bytes;

	if (size < sizeof(head) + sizeof(*name))
		return EFI_BAD_BUFFER_SIZE;
	memcpy(&head, buffer, sizeof(head));
	bytes = MIN(size - sizeof(head), (size_t)KiB(2));
	name = efi_zalloc(bytes + 2 * sizeof(*name));
	if (name == NULL)
		return EFI_OUT_OF_RESOURCES;
	memcpy(name, (const u8 *)buffer + sizeof(head), bytes);
	status = set_file_info(f, &head, name);
	efi_free_pool(name);
	return status;
}

static efi_status_t set_label(struct fat_file *f, size_t offset, efi_uintn_t size,
			      const void *buffer)
{
	efi_char16_t wide[12] = { 0 };
	char label[12];

	if (size < offset + sizeof(*wide))
		return EFI_BAD_BUFFER_SIZE;
	memcpy(wide, (const u8 *)buffer + offset, MIN(size - offset, sizeof(wide) - 2));
	ucs2_to_ascii(label, wide, sizeof(label));
	return status_of(fat_set_volume_label(f->volume, label));
}

static efi_status_t EFIAPI file_set_info(struct efi_file *this, const struct efi_guid *type,
					 efi_uintn_t size, void *buffer)
{
	EFI_TPL_GUARD(TPL_CALLBACK);
	struct fat_file *f = from_file(this);

	if (type == NULL || buffer == NULL)
		return EFI_INVALID_PARAMETER;
	if (fat_is_read_only(f->volume))
		return EFI_WRITE_PROTECTED;
	if (efi_guid_equal(type, &efi_guid_file_info))
		return copy_file_info(f, size, buffer);
	if (efi_guid_equal(type, &efi_guid_file_system_info))
		return set_label(f, offsetof(struct efi_file_system_info, label), size, buffer);
	if (efi_guid_equal(type, &efi_guid_file_system_volume_label))
		return set_label(f, 0, size, buffer);
	return EFI_UNSUPPORTED;
}

static efi_status_t EFIAPI file_flush(struct efi_file *this)
{
	EFI_TPL_GUARD(TPL_CALLBACK);
	struct fat_file *f = from_file(this);

	if (!(f->mode & EFI_FILE_MODE_WRITE))
		return EFI_ACCESS_DENIED;
	return status_of(fat_flush(f->volume));
}

static const struct efi_file file_methods = {
	.revision = EFI_FILE_REVISION,
	.open = file_open,
	.close = file_close,
	.delete = file_delete,
	.read = file_read,
	.write = file_write,
	.get_position = file_get_position,
	.set_position = file_set_position,
	.get_info = file_get_info,
	.set_info = file_set_info,
	.flush = file_flush,
};

efi_status_t fat_file_new(struct fat_volume *volume, struct fat_node *node, u64 mode,
			  struct efi_file **file)
{
	struct fat_file *f = efi_zalloc(sizeof(*f));

	if (f == NULL) {
		fat_close(node);
		return EFI_OUT_OF_RESOURCES;
	}
	f->file = file_methods;
	f->volume = volume;
	f->node = node;
	f->mode = mode;
	*file = &f->file;
	return EFI_SUCCESS;
}
