/* SPDX-License-Identifier: Apache-2.0 */
#include "store/placing.h"

bool placing_full(const struct placing *p)
{
	return p->count + 2 > PLACING_MOST;
}

struct file_new *placing_next(struct placing *p, enum folder_part part, int64_t id)
{
	size_t at = p->count++;
	p->files[at].file = (struct file_new){.fd = -1};
	p->files[at].part = part;
	p->files[at].id = id;
	return &p->files[at].file;
}

enum err placing_settle(struct placing *p, const struct data_folder *folder)
{
	char name[PART_NAME_SIZE];
	if (p->count == 0)
		return E_OK;
	for (size_t i = 0; i < p->count; i++) {
		folder_file_name(p->files[i].part, p->files[i].id, name);
		TRY(file_new_place(&p->files[i].file, name, true));
	}
	p->count = 0;
	TRY(folder_sync(folder->parts[FOLDER_SEGMENTS]));
	return folder_sync(folder->parts[FOLDER_DERIVED]);
}

void placing_forget(struct placing *p)
{
	for (size_t i = 0; i < p->count; i++)
		file_new_abort(&p->files[i].file);
	p->count = 0;
}
