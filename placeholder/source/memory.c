/* The compiler may call these whatever it is told; with a C library they would be there. */
#include <stddef.h>
#include <stdint.h>

__attribute__((used)) void *memcpy(void *restrict to, const void *restrict from, size_t length) {
  for (size_t i = 0; i < length; i++) ((uint8_t *)to)[i] = ((const uint8_t *)from)[i];
  return to;
}

__attribute__((used)) void *memset(void *to, int byte, size_t length) {
  for (size_t i = 0; i < length; i++) ((uint8_t *)to)[i] = (uint8_t)byte;
  return to;
}
