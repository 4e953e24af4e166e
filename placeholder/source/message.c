#include "message.h"

/* Above what AWS allows for any of these names. */
enum { NAME_LIMIT = 384 };

const char *variable(char *const *environment, const char *name) {
  size_t length = length_of(name);
  for (; *environment != NULL; environment++) {
    bool is_it = true;
    for (size_t i = 0; i < length && is_it; i++) is_it = (*environment)[i] == name[i];
    if (is_it && (*environment)[length] == '=') return *environment + length + 1;
  }
  return "";
}

struct place place_of(char *const *environment) {
  return (struct place){
      .repository = variable(environment, "DEPLOYTIME_REPOSITORY"),
      .tag = variable(environment, "DEPLOYTIME_TAG"),
      .function = variable(environment, "AWS_LAMBDA_FUNCTION_NAME"),
  };
}

static bool is_known(const char *name) {
  return name[0] != '\0';
}

void add_message(struct text *text, const struct place *place) {
  text_add(text, "This is a placeholder");
  if (is_known(place->repository)) {
    text_add(text, " for repository ");
    text_add_foreign(text, place->repository, NAME_LIMIT);
  }
  if (is_known(place->tag)) {
    text_add(text, is_known(place->repository) ? ", tag " : " for tag ");
    text_add_foreign(text, place->tag, NAME_LIMIT);
  }
  text_add(text, ". The application has not been released yet.");
}

static void add_member(struct text *text, const char *name, const char *value) {
  if (!is_known(value)) return;
  text_add(text, ",\"");
  text_add(text, name);
  text_add(text, "\":\"");
  text_add_foreign(text, value, NAME_LIMIT);
  text_add(text, "\"");
}

void add_message_object(struct text *text, const struct place *place) {
  text_add(text, "{\"placeholder\":true,\"message\":\"");
  add_message(text, place);
  text_add(text, "\"");
  add_member(text, "repository", place->repository);
  add_member(text, "tag", place->tag);
  add_member(text, "function", place->function);
  text_add(text, "}");
}
