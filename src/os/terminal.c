/* SPDX-License-Identifier: Apache-2.0 */
#include "os/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

enum {
	USUAL_COLUMNS = 80
};

unsigned terminal_columns(int fd)
{
	struct winsize size;
	if (isatty(fd) != 1)
		return 0;
	return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : USUAL_COLUMNS;
}
