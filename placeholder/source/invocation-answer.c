#include "invocation-answer.h"

/* For a client that comes back by itself: releases take minutes. */
#define RETRY_AFTER_SECONDS "60"

static const char *const CUSTOM_RESOURCE_ERROR =
    " CloudFormation asked it as a custom resource, and it can't answer there:"
    " the request stays open until its timeout.";
static const char *const RECORDS_ERROR = " The records were not processed; a success would have discarded them.";
static const char *const UNREAD_ERROR = " The event could not be read to its end.";

bool is_answered_by_error(enum event_kind kind) {
  return kind == EVENT_CUSTOM_RESOURCE || kind == EVENT_RECORDS;
}

static void add_error(struct text *text, const struct place *place, const char *reason) {
  text_add(text, "{\"errorType\":\"Placeholder.NotReleased\",\"errorMessage\":\"");
  add_message(text, place);
  text_add(text, reason);
  text_add(text, "\"}");
}

static void add_header(struct text *text, const char *name, const char *value, bool is_list) {
  text_add(text, "\"");
  text_add(text, name);
  text_add(text, is_list ? "\":[\"" : "\":\"");
  text_add(text, value);
  text_add(text, is_list ? "\"]" : "\"");
}

static void add_http_answer(struct text *text, const struct place *place, enum event_kind kind) {
  bool is_list = kind == EVENT_LOAD_BALANCER_LISTS;
  text_add(text, "{\"statusCode\":503,");
  if (kind != EVENT_HTTP) text_add(text, "\"statusDescription\":\"503 Service Unavailable\",");
  text_add(text, is_list ? "\"multiValueHeaders\":{" : "\"headers\":{");
  add_header(text, "Content-Type", "application/json", is_list);
  text_add(text, ",");
  add_header(text, "Retry-After", RETRY_AFTER_SECONDS, is_list);
  text_add(text, ",");
  add_header(text, "Cache-Control", "no-store", is_list);
  text_add(text, "},\"body\":\"");
  char bytes[MESSAGE_BYTES];
  struct text object = TEXT(bytes);
  add_message_object(&object, place);
  text_add_quoted(text, object.bytes, object.length);
  text_add(text, "\",\"isBase64Encoded\":false}");
}

void add_invocation_answer(struct text *text, enum event_kind kind, const struct place *place) {
  switch (kind) {
    case EVENT_CUSTOM_RESOURCE:
      add_error(text, place, CUSTOM_RESOURCE_ERROR);
      break;
    case EVENT_RECORDS:
      add_error(text, place, RECORDS_ERROR);
      break;
    case EVENT_PLAIN:
      add_message_object(text, place);
      break;
    default:
      add_http_answer(text, place, kind);
  }
}

void add_unread_answer(struct text *text, const struct place *place) {
  add_error(text, place, UNREAD_ERROR);
}

const char *event_kind_name(enum event_kind kind) {
  switch (kind) {
    case EVENT_HTTP:
      return "HTTP request";
    case EVENT_LOAD_BALANCER:
    case EVENT_LOAD_BALANCER_LISTS:
      return "load balancer request";
    case EVENT_CUSTOM_RESOURCE:
      return "custom resource";
    case EVENT_RECORDS:
      return "records";
    default:
      return "event";
  }
}
