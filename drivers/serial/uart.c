/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * The first serial port as a log sink: 16550 compatible, 115200 8n1, polled.
 * Document: National Semiconductor PC16550D data sheet, section 8.
 */
#include <asm/cpu.h>
#include <asm/io.h>
#include <fw/host_input.h>
#include <fw/log.h>

#include "uart.h"

HOST_INPUT_OTHER(uart, common, CHECKED, 0, 0, "serial port: line status");

#define UART_BASE	0x3f8

#define UART_RBR	(UART_BASE + 0)
#define UART_THR	(UART_BASE + 0)
#define UART_DLL	(UART_BASE + 0)	/* with LCR_DLAB */
#define UART_DLM	(UART_BASE + 1)
#define UART_IER	(UART_BASE + 1)
#define UART_FCR	(UART_BASE + 2)
#define UART_LCR	(UART_BASE + 3)
#define  LCR_8N1	0x03
#define  LCR_DLAB	0x80
#define UART_MCR	(UART_BASE + 4)
#define  MCR_DTR_RTS	0x03
#define UART_LSR	(UART_BASE + 5)
#define  LSR_DR		0x01
#define  LSR_THRE	0x20

#define FCR_ENABLE_CLEAR 0x07
#define DIVISOR_115200	1
#define FIFO_SIZE	16

/* A transmitter that never gets ready must not hang the machine. */
#define POLL_LIMIT	100000

static bool ready;

bool uart_probe(void)
{
	/* No device: all ones, which a real line status never is. */
	return inb(UART_LSR) != 0xff;
}

/* At the first line only: most boots have nothing to say at this level. */
static void uart_setup(void)
{
	outb(0, UART_IER);
	outb(LCR_DLAB | LCR_8N1, UART_LCR);
	outb(DIVISOR_115200, UART_DLL);
	outb(0, UART_DLM);
	outb(LCR_8N1, UART_LCR);
	outb(FCR_ENABLE_CLEAR, UART_FCR);
	outb(MCR_DTR_RTS, UART_MCR);
	ready = true;
}

static void wait_for_room(void)
{
	unsigned int i;

	for (i = 0; i < POLL_LIMIT && !(inb(UART_LSR) & LSR_THRE); i++)
		cpu_relax();
}

/* An empty transmitter takes a whole FIFO without being asked again. */
void uart_send(const char *bytes, size_t len)
{
	size_t i;

	if (!ready)
		uart_setup();
	for (i = 0; i < len; i++) {
		if (i % FIFO_SIZE == 0)
			wait_for_room();
		outb((u8)bytes[i], UART_THR);
	}
}

bool uart_receive(u8 *byte)
{
	if (!ready)
		uart_setup();
	if (!(inb(UART_LSR) & LSR_DR))
		return false;
	*byte = inb(UART_RBR);
	return true;
}

static void uart_write(const char *text, size_t len)
{
	size_t i, from = 0;

	for (i = 0; i < len; i++) {
		if (text[i] != '\n')
			continue;
		uart_send(text + from, i - from);
		uart_send("\r\n", 2);
		from = i + 1;
	}
	uart_send(text + from, len - from);
}

static const struct log_sink uart_sink = {
	.name = "serial",
	.probe = uart_probe,
	.write = uart_write,
	.level = CONFIG_LOG_SERIAL_LEVEL,
};
LOG_SINK(20, uart_sink);
