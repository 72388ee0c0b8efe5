/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The configuration that firmware sources see in unit tests and fuzz targets. */
#ifndef MOCK_CONFIG_H
#define MOCK_CONFIG_H

#define CONFIG_LOG_LEVEL	7
#define CONFIG_LOG_SERIAL_LEVEL	7
#define CONFIG_LOG_RING_SIZE	0x1000
#define CONFIG_CC		1
#define CONFIG_DMA_POOL_SIZE	0x200000
#define CONFIG_IMAGE_RAM_SIZE	0x60000

#endif
