# SPDX-License-Identifier: BSD-2-Clause-Patent
#
# For init scripts: looks at the machine as the kernel found it; what it saw is in $out.
# shellcheck shell=sh disable=SC2154 # the script says where $out is

argument()
{
	sed -n "s/.*\\<cloister\\.$1=\\([^ ]*\\).*/\\1/p" /proc/cmdline
}

look_at_memory()
{
	cat /proc/iomem >$out/iomem
	cat /proc/ioports >$out/ioports
	cat /proc/meminfo >$out/meminfo
	cat /proc/mtrr >$out/mtrr
	for entry in /sys/firmware/memmap/*; do
		echo "$(cat "$entry/start") $(cat "$entry/end") $(cat "$entry/type")"
	done >$out/e820
}

look_at_cpus()
{
	wanted=$(argument hotplug)
	if [ -n "$wanted" ]; then
		echo "CLOISTER-WAIT cpu$wanted"
		online=/sys/devices/system/cpu/cpu$wanted/online
		tries=0
		while [ ! -e "$online" ] && [ $tries -lt 100 ]; do
			sleep 0.1
			tries=$((tries + 1))
		done
		echo 1 >"$online"
	fi
	for file in online present possible; do
		cat /sys/devices/system/cpu/$file >$out/cpu-$file
	done
	nproc >$out/nproc
	# A processor that is online also has to run something.
	for dir in /sys/devices/system/cpu/cpu[0-9]*; do
		n=${dir##*cpu}
		taskset -c "$n" true && echo "$n"
	done >$out/cpu-ran
	cat /proc/cpuinfo >$out/cpuinfo
}

look_at_tables()
{
	mkdir $out/acpi $out/dmi
	cp /sys/firmware/acpi/tables/[A-Z]* $out/acpi
	cp /sys/firmware/dmi/tables/* $out/dmi
	if [ -d /sys/firmware/acpi/tables/data ]; then
		cp -r /sys/firmware/acpi/tables/data $out/acpi-data
	fi
	mkdir -p $out/fw_cfg
	for file in etc/vmgenid_addr etc/vmgenid_guid; do
		raw=/sys/firmware/qemu_fw_cfg/by_name/$file/raw
		[ ! -e $raw ] || cp $raw $out/fw_cfg/${file##*/}
	done
}

look_at_pci()
{
	for dir in /sys/bus/pci/devices/*; do
		[ -e "$dir" ] || continue
		driver=$(readlink "$dir/driver")
		echo "device ${dir##*/} $(cat "$dir/vendor") $(cat "$dir/device")" \
		     "$(cat "$dir/class") $(cat "$dir/irq") ${driver##*/}"
		cat "$dir/resource"
	done >$out/pci
	mkdir $out/pci-config
	for dir in /sys/bus/pci/devices/*; do
		[ ! -e "$dir" ] || cat "$dir/config" >"$out/pci-config/${dir##*/}"
	done
}

# The first bytes of a disk, or all of them, and a sector of it that is written.
#	look_at_disk DEVICE SECTOR [MiB]
look_at_disk()
{
	tries=0
	while [ ! -b "$1" ] && [ $tries -lt 30 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	[ -b "$1" ] || return
	dd if="$1" bs=1M ${3:+count=$3} 2>/dev/null | sha256sum >$out/disk-read
	tr -d '\n' </proc/sys/kernel/random/uuid >$out/disk-written
	dd if=$out/disk-written of="$1" bs=512 seek="$2" conv=notrunc,fsync 2>/dev/null
}
