/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "survey/survey.h"

/* The readers of the table, by the form of what they read. */

/* Tables of cron: five times and a command; with the user between them; anacron's. */
place_reader_fn read_crontab, read_crontab_system, read_anacrontab;

/* Programs and scripts started by lying in a folder: one entry for the file, one for each line with
 * a sign. read_profile is for files that are hidden by custom. */
place_reader_fn read_script, read_profile, read_environment;

/* Sections and assignments: units of systemd, desktop entries, xinetd. */
place_reader_fn read_unit, read_desktop;

/* Hooks: quoted commands of apt, dpkg's and dnf's settings, rules of udev, /etc/network/interfaces,
 * the old inittab. */
place_reader_fn read_apt, read_hooks, read_udev, read_interfaces, read_inittab;

place_reader_fn read_preload, read_library_folders, read_modules, read_modprobe, read_sysctl,
	read_binfmt;

place_reader_fn read_passwd, read_shadow, read_sudoers, read_keys, read_sshd, read_pam;

place_reader_fn read_hosts, read_resolver;

/* Of Windows: hives of the registry, tasks, files of Startup folders, autorun.inf. A hive that is
 * damaged or not finished is E_CORRUPT or E_TRUNCATED after all that could be read; E_BUSY: changes
 * of it lie in another file, which was not read. */
place_reader_fn read_hive_software, read_hive_system, read_hive_user;
place_reader_fn read_task, read_startup, read_autorun;

/* What packages say of their files: sums, and what was put aside. */
place_reader_fn read_package_sums, read_diversions;
