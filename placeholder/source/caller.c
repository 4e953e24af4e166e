#include "caller.h"

#include "linux.h"
#include "text.h"

/* The name of the first process that we see, or "" where that is hidden. */
static struct text first_process(char *bytes, size_t room) {
  struct text name = {.bytes = bytes, .room = room};
  long fd = sys_open("/proc/1/comm");
  if (fd < 0) return name;
  long count = sys_read((int)fd, bytes, room);
  sys_close((int)fd);
  /* A line's end follows the name. */
  if (count > 0) name.length = (size_t)count - 1;
  return name;
}

/*
 * The first process of a container is its program, or an init that has started it. What was put into a running
 * container has a parent outside, which is seen as 0. Where containers share their processes' numbers, all programs
 * look so: there a "pause" is the first process.
 */
static enum caller caller_of_shell(void) {
  if (sys_getpid() == 1 || sys_getppid() == 1) return CALLER_RUNS;
  if (sys_getppid() != 0) return CALLER_UNKNOWN;
  char bytes[32];
  struct text name = first_process(bytes, sizeof bytes);
  bool is_hidden = name.length == 0 || bytes_equal(name.bytes, name.length, "pause");
  return is_hidden ? CALLER_UNKNOWN : CALLER_CHECKS;
}

enum caller caller_of(const char *program) {
  const char *name = base_name(program);
  /* A login shell has a dash in front. */
  if (bytes_equal(name, length_of(name), "sh") || bytes_equal(name, length_of(name), "-sh")) return caller_of_shell();
  bool is_client = bytes_equal(name, length_of(name), "curl") || bytes_equal(name, length_of(name), "wget");
  if (!is_client) return CALLER_RUNS;
  return sys_getpid() == 1 || sys_getppid() == 1 ? CALLER_RUNS : CALLER_CHECKS;
}
