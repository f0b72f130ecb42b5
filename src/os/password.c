/* SPDX-License-Identifier: Apache-2.0 */
#include "os/password.h"

#include <errno.h>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include "os/file.h"
#include "os/system.h"

static enum err terminal_open(int *ret_fd)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return E_NOTFOUND;
	*ret_fd = fd;
	return E_OK;
}

bool password_askable(void)
{
	int fd;
	if (terminal_open(&fd) != E_OK)
		return false;
	file_close(&fd);
	return true;
}

static enum err read_line(int fd, struct writer *into)
{
	for (;;) {
		char c;
		ssize_t got = read(fd, &c, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return system_err(errno);
		if (got == 0)
			return E_TRUNCATED;
		if (c == '\n')
			return writer_end(into);
		writer_char(into, c);
	}
}

enum err password_ask(struct str prompt, struct writer *into)
{
	int fd;
	struct termios shown, hidden;
	TRY(terminal_open(&fd));
	enum err err = tcgetattr(fd, &shown) == 0 ? E_OK : system_err(errno);
	if (err == E_OK) {
		hidden = shown;
		hidden.c_lflag &= ~(tcflag_t)ECHO;
		err = tcsetattr(fd, TCSAFLUSH, &hidden) == 0 ? E_OK : system_err(errno);
	}
	if (err == E_OK) {
		err = file_write(fd, str_bytes(prompt));
		if (err == E_OK)
			err = read_line(fd, into);
		(void)tcsetattr(fd, TCSAFLUSH, &shown);
		(void)!write(fd, "\n", 1);
	}
	file_close(&fd);
	return err;
}
