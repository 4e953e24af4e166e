/* Time that only goes forward. */
#pragma once

#include "linux.h"

static inline int64_t now_ms(void) {
  struct timespec time = {0, 0};
  call3(SYS_clock_gettime, CLOCK_MONOTONIC, (long)&time, 0);
  return time.seconds * 1000 + time.nanoseconds / 1000000;
}

static inline void sleep_ms(int64_t ms) {
  struct timespec time = {ms / 1000, ms % 1000 * 1000000};
  call3(SYS_nanosleep, (long)&time, 0, 0);
}
