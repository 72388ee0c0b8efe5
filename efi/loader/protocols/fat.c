/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The driver that puts Simple File System on block devices with a FAT volume.
 * Documents: UEFI 2.10, sections 11.1 (driver binding) and 13.4.
 */
#define pr_fmt(fmt) "fat: " fmt

#include <fw/errno.h>
#include <fw/hooks.h>
#include <fw/log.h>
#include <spec/efi/block_io.h>
#include <spec/efi/disk_io.h>
#include <spec/efi/driver_binding.h>
#include <spec/efi/simple_file_system.h>

#include "fat_file.h"

struct fat_instance {
	struct efi_simple_file_system protocol;
	struct list_head list;
	struct efi_block_io *block;
	struct efi_disk_io *disk;
	u32 media_id;
	struct fat_volume *volume;
};

static struct efi_driver_binding binding;
static LIST_HEAD(instances);

static int block_result(efi_status_t status)
{
	if (status == EFI_WRITE_PROTECTED)
		return -EPERM;
	return status == EFI_SUCCESS ? 0 : -EIO;
}

static int read_bytes(void *context, u64 offset, u64 len, void *buf)
{
	struct fat_instance *i = context;

	return block_result(i->disk->read_disk(i->disk, i->media_id, offset, len, buf));
}

static int write_bytes(void *context, u64 offset, u64 len, const void *buf)
{
	struct fat_instance *i = context;

	return block_result(i->disk->write_disk(i->disk, i->media_id, offset, len, buf));
}

static int flush_disk(void *context)
{
	struct fat_instance *i = context;

	return block_result(i->block->flush_blocks(i->block));
}

static bool now(struct efi_time *time)
{
	return efi_system_table->runtime->get_time(time, NULL) == EFI_SUCCESS;
}

static efi_status_t EFIAPI open_volume(struct efi_simple_file_system *this,
				       struct efi_file **root)
{
	EFI_TPL_GUARD(TPL_CALLBACK);
	struct fat_instance *i = container_of(this, struct fat_instance, protocol);
	struct fat_node *node;
	int rc;

	if (root == NULL)
		return EFI_INVALID_PARAMETER;
	if (!i->block->media->media_present)
		return EFI_NO_MEDIA;
	if (i->block->media->media_id != i->media_id)
		return EFI_MEDIA_CHANGED;
	rc = fat_root(i->volume, &node);
	if (rc != 0)
		return efi_status(rc);
	return fat_file_new(i->volume, node, EFI_FILE_MODE_READ | EFI_FILE_MODE_WRITE, root);
}

static void unmount(struct fat_instance *i)
{
	EFI_TPL_GUARD(TPL_CALLBACK);

	fat_unmount(i->volume);
}

static efi_status_t open_by_driver(efi_handle_t controller, struct efi_disk_io **disk)
{
	return efi_open_protocol(controller, &efi_guid_disk_io, (void **)disk,
				 binding.driver_binding, controller, EFI_OPEN_BY_DRIVER);
}

static void close_by_driver(efi_handle_t controller)
{
	efi_close_protocol(controller, &efi_guid_disk_io, binding.driver_binding, controller);
}

static efi_status_t EFIAPI supported(struct efi_driver_binding *this __unused,
				     efi_handle_t controller,
				     struct efi_device_path *remaining __unused)
{
	struct efi_disk_io *disk;
	efi_status_t status = open_by_driver(controller, &disk);

	if (status != EFI_SUCCESS)
		return status;
	close_by_driver(controller);
	return efi_open_protocol(controller, &efi_guid_block_io, NULL, binding.driver_binding,
				 controller, EFI_OPEN_TEST_PROTOCOL);
}

static efi_status_t mount(struct fat_instance *i)
{
	EFI_TPL_GUARD(TPL_CALLBACK);
	const struct efi_block_io_media *media = i->block->media;
	struct fat_source source = {
		.context = i,
		.size = (media->last_block + 1) * media->block_size,
		.read_only = media->read_only,
		.read = read_bytes,
		.write = write_bytes,
		.flush = flush_disk,
		.now = now,
	};

	if (!media->media_present)
		return EFI_NO_MEDIA;
	i->media_id = media->media_id;
	/* Most block devices have none; that is worth no line in the log. */
	return fat_mount(&source, &i->volume) == 0 ? EFI_SUCCESS : EFI_UNSUPPORTED;
}

static efi_status_t start_on(efi_handle_t controller, struct fat_instance *i)
{
	efi_status_t status;

	status = efi_open_protocol(controller, &efi_guid_block_io, (void **)&i->block,
				   binding.driver_binding, controller, EFI_OPEN_GET_PROTOCOL);
	if (status == EFI_SUCCESS)
		status = mount(i);
	if (status != EFI_SUCCESS)
		return status;
	i->protocol.revision = EFI_FILE_SYSTEM_REVISION;
	i->protocol.open_volume = open_volume;
	status = efi_install_protocol_interface(&controller, &efi_guid_simple_file_system,
						EFI_NATIVE_INTERFACE, &i->protocol);
	if (status != EFI_SUCCESS)
		unmount(i);
	return status;
}

static efi_status_t EFIAPI start(struct efi_driver_binding *this __unused,
				 efi_handle_t controller,
				 struct efi_device_path *remaining __unused)
{
	struct efi_disk_io *disk;
	efi_status_t status = open_by_driver(controller, &disk);
	struct fat_instance *i;

	if (status != EFI_SUCCESS)
		return status;
	i = efi_zalloc(sizeof(*i));
	if (i == NULL) {
		status = EFI_OUT_OF_RESOURCES;
		goto close;
	}
	i->disk = disk;
	status = start_on(controller, i);
	if (status == EFI_SUCCESS) {
		list_add_tail(&i->list, &instances);
		return EFI_SUCCESS;
	}
	efi_free_pool(i);
close:
	close_by_driver(controller);
	return status;
}

static efi_status_t EFIAPI stop(struct efi_driver_binding *this __unused,
				efi_handle_t controller, efi_uintn_t children __unused,
				efi_handle_t *child __unused)
{
	struct efi_simple_file_system *protocol;
	struct fat_instance *i;
	efi_status_t status;

	status = efi_open_protocol(controller, &efi_guid_simple_file_system, (void **)&protocol,
				   binding.driver_binding, controller, EFI_OPEN_GET_PROTOCOL);
	if (status != EFI_SUCCESS)
		return EFI_UNSUPPORTED;
	status = efi_uninstall_protocol_interface(controller, &efi_guid_simple_file_system,
						  protocol);
	if (status != EFI_SUCCESS)
		return status;
	i = container_of(protocol, struct fat_instance, protocol);
	list_del(&i->list);
	unmount(i);
	efi_free_pool(i);
	close_by_driver(controller);
	return EFI_SUCCESS;
}

static struct efi_driver_binding binding = {
	.supported = supported,
	.start = start,
	.stop = stop,
	.version = 0x10,
};

/*
 * Boot services end, and files may still be open that were written to. All drivers,
 * those of others, too, can still be used.
 */
static void EFIAPI finish(efi_event_t event __unused, void *context __unused)
{
	struct fat_instance *i;

	list_for_each_entry(i, &instances, list) {
		if (fat_finish(i->volume) != 0)
			pr_err("a volume could not be written to at the end");
	}
}

static int start_driver(void)
{
	efi_event_t event;

	binding.image = efi_firmware_handle;
	if (efi_install_protocol_interface(&binding.driver_binding, &efi_guid_driver_binding,
					   EFI_NATIVE_INTERFACE, &binding) != EFI_SUCCESS ||
	    efi_create_event_ex(EVT_NOTIFY_SIGNAL, TPL_CALLBACK, finish, NULL,
				&efi_guid_event_before_exit_boot_services, &event) != EFI_SUCCESS)
		return -ENOMEM;
	return 0;
}
HOOK(efi, 45, common, start_driver);
