/* Elsewhere than under Lambda: an HTTP/1.1 server that answers everything. */
#pragma once

#include "message.h"

/* Returns an exit code, and only where it can't listen. `port` is PORT's value. */
int run_server(const char *port, const struct place *place);
