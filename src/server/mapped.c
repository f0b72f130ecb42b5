/* SPDX-License-Identifier: Apache-2.0 */
#include "server/mapped.h"

#include <fcntl.h>
#include <time.h>

enum {
	LISTING,
	NETWORK
};

static const char *const names[] = {[LISTING] = "listing", [NETWORK] = "network"};

enum err mapped_init(struct mapped *m, const char *folder, struct published *published)
{
	*m = (struct mapped){.folder = -1, .published = published};
	return folder_open(AT_FDCWD, folder, &m->folder);
}

static bool same(const struct file_stamp *a, const struct file_stamp *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size &&
	       a->changed == b->changed;
}

/* A missing file is a state like any other: stamp zero, empty mapping. */
static enum err map(int folder, const char *name, struct mapped_file *ret_file)
{
	struct mapped_file file = {0};
	int fd;
	enum err err = file_open_read(folder, name, &fd);
	if (err == E_NOTFOUND) {
		*ret_file = file;
		return E_OK;
	}
	if (err != E_OK)
		return err;
	err = file_stamp(fd, &file.stamp);
	if (err == E_OK)
		err = file_map(fd, &file.mapping);
	file_close(&fd);
	if (err == E_OK)
		*ret_file = file;
	return err;
}

struct candidate {
	struct mapped_file files[2];
	struct listing *listing;
	struct network *network;
};

static void discard(struct candidate *c)
{
	listing_close(c->listing);
	network_close(c->network);
	file_unmap(&c->files[LISTING].mapping);
	file_unmap(&c->files[NETWORK].mapping);
}

static enum err open_candidate(struct mapped *m, struct candidate *c)
{
	enum err err = E_OK;
	if (c->files[LISTING].mapping.bytes.size > 0)
		err = listing_open(c->files[LISTING].mapping.bytes, &c->listing);
	if (err != E_OK) {
		m->refused[LISTING] = c->files[LISTING].stamp;
		return err;
	}
	if (c->files[NETWORK].mapping.bytes.size > 0)
		err = network_open(c->files[NETWORK].mapping.bytes, &c->network);
	if (err != E_OK)
		m->refused[NETWORK] = c->files[NETWORK].stamp;
	return err;
}

/* Readers take microseconds; only this thread waits for them. */
static enum err hand_over(struct mapped *m, struct candidate *c)
{
	const struct timespec moment = {0, 1000000};
	struct candidate old = {{m->listing_file, m->network_file}, m->listing, m->network};
	TRY(published_replace(
		m->published, (struct publication){.listing = c->listing, .network = c->network}));
	while (!published_drained(m->published))
		(void)nanosleep(&moment, NULL);
	m->listing_file = c->files[LISTING];
	m->network_file = c->files[NETWORK];
	m->listing = c->listing;
	m->network = c->network;
	discard(&old);
	return E_OK;
}

static bool worth_trying(const struct mapped *m, const struct candidate *c)
{
	const struct file_stamp *listing = &c->files[LISTING].stamp;
	const struct file_stamp *network = &c->files[NETWORK].stamp;
	bool unchanged =
		same(listing, &m->listing_file.stamp) && same(network, &m->network_file.stamp);
	bool refused = (listing->inode && same(listing, &m->refused[LISTING])) ||
		       (network->inode && same(network, &m->refused[NETWORK]));
	return !unchanged && !refused;
}

enum err mapped_refresh(struct mapped *m, bool *ret_changed)
{
	struct candidate c = {0};
	*ret_changed = false;
	enum err err = map(m->folder, names[LISTING], &c.files[LISTING]);
	if (err == E_OK)
		err = map(m->folder, names[NETWORK], &c.files[NETWORK]);
	if (err != E_OK || !worth_trying(m, &c)) {
		discard(&c);
		return err;
	}
	err = open_candidate(m, &c);
	if (err == E_OK)
		err = hand_over(m, &c);
	if (err != E_OK) {
		discard(&c);
		return err;
	}
	*ret_changed = true;
	return E_OK;
}

void mapped_release(struct mapped *m)
{
	struct candidate held = {{m->listing_file, m->network_file}, m->listing, m->network};
	discard(&held);
	file_close(&m->folder);
}
