/* Whether this process is the container's program, or was put beside it by a health check. */
#pragma once

enum caller {
  /* The container's own program. */
  CALLER_RUNS,
  /* A health check. */
  CALLER_CHECKS,
  /* A shell that may be either: a health check where our server answers. */
  CALLER_UNKNOWN,
};

/* By the name that we were called by, and by our place among the processes. */
enum caller caller_of(const char *program);
