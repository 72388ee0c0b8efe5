/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Time of day: the real-time clock of a PC.
 * Documents: UEFI 2.10, section 8.3; Motorola MC146818A; QEMU,
 * hw/rtc/mc146818rtc.c (century in cell 0x32).
 */
#include "runtime.h"

/* Bit 7 of the index would block NMIs; cells below 0x80 leave them on. */
#define RTC_INDEX	0x70
#define RTC_DATA	0x71

#define RTC_SECOND	0x00
#define RTC_MINUTE	0x02
#define RTC_HOUR	0x04
#define  HOUR_PM	0x80
#define RTC_DAY		0x07
#define RTC_MONTH	0x08
#define RTC_YEAR	0x09
#define RTC_STATUS_A	0x0a
#define  UPDATING	0x80
#define RTC_STATUS_B	0x0b
#define  SET		0x80
#define  BINARY		0x04
#define  HOURS_24	0x02
#define RTC_STATUS_D	0x0d
#define  VALID		0x80
#define RTC_CENTURY	0x32

/* An update takes 2 ms at most; a read of the port a microsecond at least. */
#define POLLS		20000

/* Where OVMF keeps what the clock does not: daylight << 16 | timezone. */
static const efi_char16_t zone_name[] = { 'R', 'T', 'C', 0 };
static const struct efi_guid zone_guid = {
	0x378d7b65, 0x8da9, 0x4773, { 0xb6, 0xe4, 0xa4, 0x78, 0x26, 0xa8, 0x33, 0xe1 }
};
#define ZONE_ATTRIBUTES							\
	(EFI_VARIABLE_NON_VOLATILE | EFI_VARIABLE_BOOTSERVICE_ACCESS |	\
	 EFI_VARIABLE_RUNTIME_ACCESS)
#define ZONE_NONE	EFI_UNSPECIFIED_TIMEZONE

#define DAYLIGHT_BITS	0x03
#define ZONE_MAX	1440

static u8 rtc_read(u8 cell)
{
	io_out(RTC_INDEX, 1, cell);
	return io_inb(RTC_DATA);
}

static void rtc_write(u8 cell, u8 value)
{
	io_out(RTC_INDEX, 1, cell);
	io_out(RTC_DATA, 1, value);
}

static u32 zone_read(void)
{
	u32 zone = ZONE_NONE;
	efi_uintn_t size = sizeof(zone);

	if (runtime_get_variable(zone_name, &zone_guid, NULL, &size, &zone) != EFI_SUCCESS ||
	    size != sizeof(zone))
		return ZONE_NONE;
	return zone;
}

static unsigned int from_rtc(u8 value, u8 status)
{
	return status & BINARY ? value : (value >> 4) * 10u + (value & 0x0f);
}

static u8 to_rtc(unsigned int value, u8 status)
{
	return (u8)(status & BINARY ? value : value / 10 << 4 | value % 10);
}

/* Outside of an update; false if there is no end of it. */
static bool rtc_wait(void)
{
	unsigned int i;

	for (i = 0; i < POLLS && !io_failed(); i++) {
		if (!(rtc_read(RTC_STATUS_A) & UPDATING))
			return true;
	}
	return false;
}

static void rtc_read_time(struct efi_time *time)
{
	u8 status = rtc_read(RTC_STATUS_B), hour = rtc_read(RTC_HOUR);

	time->second = (u8)from_rtc(rtc_read(RTC_SECOND), status);
	time->minute = (u8)from_rtc(rtc_read(RTC_MINUTE), status);
	time->hour = (u8)from_rtc(status & HOURS_24 ? hour : hour & ~HOUR_PM, status);
	if (!(status & HOURS_24)) {
		time->hour %= 12;
		if (hour & HOUR_PM)
			time->hour += 12;
	}
	time->day = (u8)from_rtc(rtc_read(RTC_DAY), status);
	time->month = (u8)from_rtc(rtc_read(RTC_MONTH), status);
	time->year = (u16)(from_rtc(rtc_read(RTC_YEAR), status) +
			   100 * from_rtc(rtc_read(RTC_CENTURY), status));
}

static bool year_is_leap(unsigned int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static bool date_is_valid(const struct efi_time *time)
{
	static const u8 days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	unsigned int last;

	if (time->year < 1900 || time->year > 9999 || time->month < 1 || time->month > 12)
		return false;
	last = days[time->month - 1] + (time->month == 2 && year_is_leap(time->year));
	return time->day >= 1 && time->day <= last;
}

static bool time_is_valid(const struct efi_time *time)
{
	return date_is_valid(time) && time->hour < 24 && time->minute < 60 &&
	       time->second < 60 && time->nanosecond < 1000000000 &&
	       !(time->daylight & ~DAYLIGHT_BITS) &&
	       (time->timezone == EFI_UNSPECIFIED_TIMEZONE ||
		(time->timezone >= -ZONE_MAX && time->timezone <= ZONE_MAX));
}

static efi_status_t get_time(struct efi_time *time)
{
	struct efi_time now = { 0 };
	u32 zone;

	if (!(rtc_read(RTC_STATUS_D) & VALID))
		return EFI_DEVICE_ERROR;
	/* Read again if the second has ended meanwhile. */
	do {
		if (!rtc_wait())
			return EFI_DEVICE_ERROR;
		rtc_read_time(&now);
	} while (from_rtc(rtc_read(RTC_SECOND), rtc_read(RTC_STATUS_B)) != now.second);
	if (io_failed())
		return EFI_DEVICE_ERROR;
	zone = zone_read();
	now.timezone = (s16)zone;
	now.daylight = (u8)(zone >> 16) & DAYLIGHT_BITS;
	if (!time_is_valid(&now))
		return EFI_DEVICE_ERROR;
	*time = now;
	return EFI_SUCCESS;
}

efi_status_t EFIAPI runtime_get_time(struct efi_time *time,
				     struct efi_time_capabilities *capabilities)
{
	efi_status_t status;
	u64 flags;

	if (!time)
		return EFI_INVALID_PARAMETER;
	flags = runtime_enter();
	status = get_time(time);
	runtime_leave(flags);
	if (!EFI_ERROR(status) && capabilities) {
		capabilities->resolution = 1;
		capabilities->accuracy = 50 * 1000000;
		capabilities->sets_to_zero = 0;
	}
	return status;
}

static void rtc_write_time(const struct efi_time *time)
{
	u8 status = rtc_read(RTC_STATUS_B);
	unsigned int hour = time->hour;
	u8 pm = 0;

	if (!(status & HOURS_24)) {
		pm = hour >= 12 ? HOUR_PM : 0;
		hour = hour % 12 ? hour % 12 : 12;
	}
	/* The clock stands still while it is written. */
	rtc_write(RTC_STATUS_B, status | SET);
	rtc_write(RTC_SECOND, to_rtc(time->second, status));
	rtc_write(RTC_MINUTE, to_rtc(time->minute, status));
	rtc_write(RTC_HOUR, to_rtc(hour, status) | pm);
	rtc_write(RTC_DAY, to_rtc(time->day, status));
	rtc_write(RTC_MONTH, to_rtc(time->month, status));
	rtc_write(RTC_YEAR, to_rtc(time->year % 100, status));
	rtc_write(RTC_CENTURY, to_rtc(time->year / 100, status));
	rtc_write(RTC_STATUS_B, status & (SET ^ 0xff));
}

efi_status_t EFIAPI runtime_set_time(struct efi_time *time)
{
	efi_status_t status = EFI_SUCCESS;
	u64 flags;
	u32 zone;

	if (!time || !time_is_valid(time))
		return EFI_INVALID_PARAMETER;
	zone = (u32)time->daylight << 16 | (u16)time->timezone;
	flags = runtime_enter();
	if (zone != zone_read())
		status = runtime_set_own_variable(zone_name, &zone_guid, ZONE_ATTRIBUTES,
						  sizeof(zone), &zone);
	if (!EFI_ERROR(status))
		rtc_write_time(time);
	if (io_failed())
		status = EFI_DEVICE_ERROR;
	runtime_leave(flags);
	return EFI_ERROR(status) ? EFI_DEVICE_ERROR : EFI_SUCCESS;
}

/*
 * The alarm of this clock has a time and no date, and nothing in the machine
 * is switched on by it.
 */
efi_status_t EFIAPI runtime_get_wakeup_time(efi_bool_t *enabled, efi_bool_t *pending,
					    struct efi_time *time)
{
	if (!enabled || !pending || !time)
		return EFI_INVALID_PARAMETER;
	return EFI_UNSUPPORTED;
}

efi_status_t EFIAPI runtime_set_wakeup_time(efi_bool_t enable, struct efi_time *time)
{
	if (enable && !time)
		return EFI_INVALID_PARAMETER;
	return EFI_UNSUPPORTED;
}
