#include "log.h"

#include "linux.h"

enum { LINE_BYTES = 1024 };

void log_line(const char *sentence, const char *detail, size_t detail_length) {
  char bytes[LINE_BYTES];
  struct text line = TEXT(bytes);
  line.room--;
  text_add(&line, "placeholder: ");
  text_add(&line, sentence);
  text_add_bytes(&line, detail, detail_length);
  line.room++;
  text_add(&line, "\n");
  /* Where nobody reads the log, there is nothing to be done about it. */
  (void)sys_write(STDERR, line.bytes, line.length);
}

void log_sentence(const char *sentence) {
  log_line(sentence, "", 0);
}

void log_number(const char *sentence, uint64_t number) {
  char digits[20];
  struct text text = TEXT(digits);
  text_add_number(&text, number);
  log_line(sentence, text.bytes, text.length);
}
