#include "signals.h"

#include "linux.h"

enum { MASK_BYTES = 8 };
#define SA_RESTORER 0x04000000ul
#define SIG_IGN ((void (*)(int))1)

/* As the kernel reads it, on both architectures. */
struct signal_action {
  void (*handler)(int);
  uint64_t flags;
  void (*restorer)(void);
  uint64_t mask;
};

static void end(int signal) {
  (void)signal;
  sys_exit(0);
}

static void never(void) {
  sys_exit(1);
}

static void on_signal(int signal, void (*handler)(int)) {
  /* The kernel wants a way back from the handler, although ours takes none. */
  struct signal_action action = {.handler = handler, .flags = SA_RESTORER, .restorer = never};
  call6(SYS_rt_sigaction, signal, (long)&action, 0, MASK_BYTES, 0, 0);
}

void end_on_signals(void) {
  on_signal(SIGTERM, end);
  on_signal(SIGINT, end);
}

void ignore_broken_pipes(void) {
  on_signal(SIGPIPE, SIG_IGN);
}
