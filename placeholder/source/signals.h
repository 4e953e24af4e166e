/* Ends at once on SIGTERM and SIGINT, which the kernel would keep from a container's first process. */
#pragma once

void end_on_signals(void);
/* Nobody may read the log any more; that is no reason to end. */
void ignore_broken_pipes(void);
