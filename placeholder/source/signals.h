/* Ends at once on SIGTERM and SIGINT, which the kernel would keep from a container's first process. */
#pragma once

void end_on_signals(void);
