/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* The clock. Document: UEFI 2.10, section 8.3. */
#include "selftest.h"

#define STEP_US		20000
#define STEPS		150		/* three seconds */

static bool is_sane(const struct efi_time *time)
{
	return time->year >= 2020 && time->year <= 2199 && time->month >= 1 &&
	       time->month <= 12 && time->day >= 1 && time->day <= 31 && time->hour <= 23 &&
	       time->minute <= 59 && time->second <= 59 && time->nanosecond < 1000000000 &&
	       (time->timezone == EFI_UNSPECIFIED_TIMEZONE ||
		(time->timezone >= -1440 && time->timezone <= 1440));
}

static void test_time(void)
{
	struct efi_time_capabilities capabilities = { 0 };
	struct efi_time first = { 0 }, next;
	unsigned int i;
	bool sane;

	CHECK(RT->get_time(NULL, NULL) == EFI_INVALID_PARAMETER);
	CHECK(RT->get_time(&first, &capabilities) == EFI_SUCCESS);
	sane = is_sane(&first);
	CHECK(sane && capabilities.resolution >= 1);
	next = first;
	for (i = 0; i < STEPS && sane && next.second == first.second; i++) {
		BS->stall(STEP_US);
		sane = RT->get_time(&next, NULL) == EFI_SUCCESS && is_sane(&next);
	}
	CHECK(sane);
	/* At most a second has passed, or its remains and the delays of the machine. */
	CHECK(i < STEPS);
	CHECK((next.second + 60 - first.second) % 60 <= 3);
}
SELFTEST(70, time, test_time);
