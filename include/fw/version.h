/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* What this firmware calls itself. Constants, so that builds repeat. */
#ifndef FW_VERSION_H
#define FW_VERSION_H

#define CLOISTER_NAME		"Cloister"
#define CLOISTER_VERSION	"0.1"
#define CLOISTER_VERSION_MAJOR	0
#define CLOISTER_VERSION_MINOR	1

/* Month/day/year, as SMBIOS has it; changes with the version. */
#define CLOISTER_RELEASE_DATE	"11/21/2026"

#endif
