/* SPDX-License-Identifier: Apache-2.0 */
#include "scanner/disks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* The paths found, each with a blank behind. */
static void expect(const char *mountinfo, const char *expected)
{
	char got[512] = "";
	struct arena arena;
	struct disks disks;
	arena_init(&arena, 1 << 20);
	assert_int_equal(disks_read(str_bytes(str_from(mountinfo)), &arena, &disks), E_OK);
	for (size_t i = 0; i < disks.count; i++) {
		assert_true(strlen(got) + strlen(disks.paths[i]) + 2 < sizeof(got));
		memcpy(got + strlen(got), disks.paths[i], strlen(disks.paths[i]) + 1);
		memcpy(got + strlen(got), " ", 2);
	}
	assert_string_equal(got, expected);
	arena_release(&arena);
}

static void usual(void **state)
{
	(void)state;
	expect("21 27 0:20 / /sys rw shared:7 - sysfs sysfs rw\n"
	       "22 27 0:21 / /proc rw shared:12 - proc proc rw\n"
	       "27 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n"
	       "30 27 8:2 / /home rw,noatime - xfs /dev/sda2 rw\n"
	       "31 27 0:40 / /tmp rw master:1 propagate_from:2 - tmpfs tmpfs rw\n"
	       "32 27 0:41 / /srv/far rw - nfs4 far:/x rw\n"
	       "33 27 0:42 / /mnt/phone rw - fuse.sshfs x rw\n"
	       "34 27 8:17 / /media/my\\040stick\\134 rw - vfat /dev/sdb1 rw\n",
		"/ /home /tmp /media/my stick\\ ");
}

static void each_once(void **state)
{
	(void)state;
	/* Parts of a disk that is there as a whole, the same twice, one hidden by another. */
	expect("27 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
	       "28 27 8:1 /srv/web /var/www rw - ext4 /dev/sda1 rw\n"
	       "29 27 8:2 /data /a rw - ext4 /dev/sda2 rw\n"
	       "30 27 8:2 /data /b rw - ext4 /dev/sda2 rw\n"
	       "31 27 8:2 /database /c rw - ext4 /dev/sda2 rw\n"
	       "32 27 8:3 / /d rw - ext4 /dev/sda3 rw\n"
	       "33 27 8:4 / /d rw - ext4 /dev/sda4 rw\n",
		"/ /a /c /d ");
	/* Parts of btrfs are disks of their own. */
	expect("27 1 0:30 /@ / rw - btrfs /dev/sda1 rw\n"
	       "28 27 0:30 /@home /home rw - btrfs /dev/sda1 rw\n"
	       "29 27 0:30 / /all rw - btrfs /dev/sda1 rw\n",
		"/ /home /all ");
	/* In a container the root is what others are not. */
	expect("27 1 0:30 / / rw - overlay overlay rw\n"
	       "28 27 8:1 /var/lib/x/hosts /etc/hosts rw - ext4 /dev/sda1 rw\n",
		"/ /etc/hosts ");
}

static void nonsense(void **state)
{
	(void)state;
	expect("", "/ ");
	expect("\n \n- - - - - - -\n1 2 3", "/ ");
	expect("1 2 8:1 / relative rw - ext4 x rw\n1 2 8:1 / /x rw ext4 x rw\n", "/ ");
	expect("1 2 8:1 / /a\\0 rw - ext4 x rw\n1 2 8:2 / /b\\999\\000 rw - ext4",
		"/ /a\\0 /b\\999\\000 ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(usual), cmocka_unit_test(each_once), cmocka_unit_test(nonsense)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
