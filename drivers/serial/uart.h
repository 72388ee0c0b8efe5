/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The first serial port. */
#ifndef DRIVERS_UART_H
#define DRIVERS_UART_H

#include <fw/types.h>

/** uart_probe() - whether there is one */
bool uart_probe(void);

/** uart_send() - send bytes as they are; a port that never gets ready loses them */
void uart_send(const char *bytes, size_t len);

/** uart_receive() - the next byte that has come; false if there is none */
bool uart_receive(u8 *byte);

#endif
