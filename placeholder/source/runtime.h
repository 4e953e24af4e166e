/* Under Lambda: the loop that takes invocations from the Runtime API and answers them. */
#pragma once

#include "message.h"

/* Returns an exit code, and only where the Runtime API can't be spoken with. `api` is its address and port. */
int run_runtime(const char *api, const struct place *place);
