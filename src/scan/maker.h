/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

/* Between walk and the maker of workers, after the order (wire.h, with the engine's file): packets
 * of nine bytes, one of these and a number. */
enum maker_word {
	/* walk asks */
	MAKER_MAKE, /* with the worker's end of a socket */
	MAKER_BURY, /* the worker of that number has ended or been killed */
	/* answers */
	MAKER_READY,
	MAKER_MADE,  /* number of the process, with a descriptor to kill it */
	MAKER_ENDED, /* status as of waitpid() */
	MAKER_FAILED /* enum err */
};
