/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* What the files of this guest kind share. */
#ifndef TDX_H
#define TDX_H

#include <asm/tdcall.h>
#include <fw/types.h>

struct exception_frame;
struct memmap;

/* The work area's machine value; cc/tdx/mailbox.inc knows it, too. */
#define TDX_MACHINE	0x54

/* --- tdx.c ---------------------------------------------------------------- */

/** tdx_shared() - the host's view of an address */
u64 tdx_shared(phys_addr_t addr);

/** tdx_num_vcpus() - processors that were started, by the module's word */
u32 tdx_num_vcpus(void);

/* --- tdvmcall.c: asking the host ------------------------------------------- */

/**
 * tdvmcall() - TDG.VP.VMCALL
 * @r:        parameters from R12 on; all other registers must be 0
 * @function: what is asked for
 * @mask:     registers that go to the host and back, beside R10 and R11
 *
 * Return: the host's answer, R10; if the module refuses, the guest ends.
 */
u64 tdvmcall(struct tdcall_regs *r, u64 function, u64 mask);

/* Single requests; each returns the host's answer. */
u64 tdvmcall_io_read(u16 port, unsigned int width, u32 *value);
u64 tdvmcall_io_write(u16 port, unsigned int width, u32 value);
u64 tdvmcall_mmio_read(phys_addr_t addr, unsigned int width, u64 *value);
u64 tdvmcall_mmio_write(phys_addr_t addr, unsigned int width, u64 value);
u64 tdvmcall_rdmsr(u32 msr, u64 *value);
u64 tdvmcall_wrmsr(u32 msr, u64 value);
u64 tdvmcall_halt(bool interrupts_off);
u64 tdvmcall_wbinvd(void);

/* --- stop.c ---------------------------------------------------------------- */

/**
 * tdx_terminate() - tell the host that this guest is at its end, for ever
 * @why: what it may know; 64 characters get through
 *
 * Context: any processor; nothing is logged.
 */
void tdx_terminate(const char *why) __cold __attribute__((noreturn));

/* --- ops.c ----------------------------------------------------------------- */

/** tdx_ops_install() - let all accesses of the firmware go through TDVMCALLs */
void tdx_ops_install(void);

/* What a CPUID instruction gives: of the module, of the host, or nothing. */
struct cpuid_regs tdx_cpuid(u32 leaf, u32 subleaf);

/* --- mem.c, hob.c, mp.c ----------------------------------------------------- */

/** tdx_map_gpa() - MapGPA for whole pages; @start has the shared bit or not */
int tdx_map_gpa(u64 start, u64 size);

int tdx_mem_share(phys_addr_t base, u64 size);
int tdx_mem_unshare(phys_addr_t base, u64 size);
int tdx_mem_accept(phys_addr_t base, u64 size);

int tdx_import_ram(struct memmap *map);

/**
 * tdx_hob_parse() - take RAM out of a TD HOB
 * @list: the section, aligned to 8
 * @size: its bytes
 * @map:  empty map
 *
 * Return: 0, or -EBADMSG or memmap_add()'s error with the reason logged.
 */
int tdx_hob_parse(const void *list, size_t size, struct memmap *map);

int tdx_run_on_all(void (*fn)(void *arg), void *arg);

/* --- rtmr.c ----------------------------------------------------------------- */

extern const struct measure_ops tdx_measure_ops;

/* --- exception.c ------------------------------------------------------------ */

bool tdx_exception(struct exception_frame *frame);

#endif
