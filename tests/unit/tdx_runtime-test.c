/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* cc/tdx/runtime_io.c: what runtime services ask the host, and what it may see. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <asm/tdcall.h>
#include <fw/efi_runtime_io.h>
#include <fw/errno.h>
#include <spec/tdx.h>

#include "runtime_io.h"
#include "support.h"

extern struct efi_runtime_io __start_runtime_io[], __stop_runtime_io[];
static const struct efi_runtime_io *io;

static struct {
	u64 width, direction, port, data;	/* expected */
	u64 rax, r10, r11;			/* the answer */
	unsigned int count;
} call;

u64 tdcall(struct tdcall_regs *r)
{
	call.count++;
	assert_int_equal(r->rax, TDG_VP_VMCALL);
	/* R10 to R15, and all of them are the request's. */
	assert_int_equal(r->rcx, 0xfc00);
	assert_int_equal(r->r10, 0);
	assert_int_equal(r->r11, TDX_REASON_IO);
	assert_int_equal(r->r12, call.width);
	assert_int_equal(r->r13, call.direction);
	assert_int_equal(r->r14, call.port);
	assert_int_equal(r->r15, call.data);
	assert_int_equal(r->rdx | r->rbx | r->rsi | r->rdi | r->r8 | r->r9, 0);
	memset(r, 0xa5, sizeof(*r));
	r->rax = call.rax;
	r->r10 = call.r10;
	r->r11 = call.r11;
	return call.rax;
}

static int setup(void **state)
{
	assert_ptr_equal(__stop_runtime_io, __start_runtime_io + 1);
	io = __start_runtime_io;
	assert_int_equal(io->code, TDX_RUNTIME_IO);
	memset(&call, 0, sizeof(call));
	return 0;
}

static void test_ports(void **state)
{
	static const u32 values[] = { 0, 0x78, 0x5678, 0, 0x12345678 };
	unsigned int width;
	u32 value;

	for (width = 1; width <= 4; width *= 2) {
		call.width = width;
		call.direction = TDVMCALL_READ;
		call.port = 0x71;
		call.data = 0;
		call.r11 = 0xffffffff12345678;
		assert_int_equal(io->io_read(0x71, width, &value), 0);
		assert_int_equal(value, values[width]);
		call.direction = TDVMCALL_WRITE;
		call.port = 0xcf9;
		call.data = values[width];
		assert_int_equal(io->io_write(0xcf9, width, 0x12345678), 0);
	}
	assert_int_equal(call.count, 6);
}

static void test_refusals(void **state)
{
	u32 value;

	call.width = 1;
	call.port = 0x70;
	call.r10 = (u64)1 << 63;
	call.direction = TDVMCALL_READ;
	assert_int_equal(io->io_read(0x70, 1, &value), -EIO);
	call.direction = TDVMCALL_WRITE;
	assert_int_equal(io->io_write(0x70, 1, 0), -EIO);
	call.r10 = 1;			/* TDVMCALL.RETRY, which no port has */
	assert_int_equal(io->io_write(0x70, 1, 0), -EIO);
	call.r10 = 0;
	call.rax = 0xc000010000000001;	/* the module refuses */
	assert_int_equal(io->io_write(0x70, 1, 0), -EIO);
	call.direction = TDVMCALL_READ;
	assert_int_equal(io->io_read(0x70, 1, &value), -EIO);
}

/* Memory of devices is none that these services could reach. */
static void test_no_memory(void **state)
{
	assert_null(io->mmio_read);
	assert_null(io->mmio_write);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_ports, setup),
		cmocka_unit_test_setup(test_refusals, setup),
		cmocka_unit_test_setup(test_no_memory, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
