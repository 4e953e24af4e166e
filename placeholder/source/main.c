/*
 * The placeholder: under Lambda a runtime, elsewhere a web server; called as a shell, curl or wget by a container's
 * health check, the answer to it.
 */
#include "caller.h"
#include "health-check.h"
#include "linux.h"
#include "log.h"
#include "runtime.h"
#include "server.h"
#include "signals.h"

static int as_health_check(const struct ports *ports, const struct place *place) {
  if (!server_answers(ports)) {
    log_sentence("the server does not answer");
    return 1;
  }
  char bytes[MESSAGE_BYTES];
  struct text message = TEXT(bytes);
  add_message(&message, place);
  text_add(&message, "\n");
  (void)sys_write(STDOUT, message.bytes, message.length);
  return 0;
}

static int decide(const char *program, char *const *environment) {
  struct place place = place_of(environment);
  const char *api = variable(environment, "AWS_LAMBDA_RUNTIME_API");
  const char *port = variable(environment, "PORT");
  if (api[0] == '\0') {
    struct ports ports = ports_of(port);
    enum caller caller = caller_of(program);
    if (caller == CALLER_CHECKS) return as_health_check(&ports, &place);
    if (caller == CALLER_UNKNOWN && server_answers(&ports)) return as_health_check(&ports, &place);
  }
  char bytes[MESSAGE_BYTES];
  struct text message = TEXT(bytes);
  add_message(&message, &place);
  log_line("", message.bytes, message.length);
  return api[0] == '\0' ? run_server(port, &place) : run_runtime(api, &place);
}

/* Called from start.c, which no compiler looks into. */
__attribute__((used)) _Noreturn void run(long *stack);

void run(long *stack) {
  long count = stack[0];
  char **arguments = (char **)(stack + 1);
  end_on_signals();
  ignore_broken_pipes();
  sys_exit(decide(count > 0 ? arguments[0] : "", arguments + count + 1));
}
