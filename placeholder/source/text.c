#include "text.h"

size_t length_of(const char *string) {
  size_t length = 0;
  while (string[length] != '\0') length++;
  return length;
}

void text_add_bytes(struct text *text, const char *bytes, size_t length) {
  for (size_t i = 0; i < length && text->length < text->room; i++) text->bytes[text->length++] = bytes[i];
}

void text_add(struct text *text, const char *string) {
  text_add_bytes(text, string, length_of(string));
}

void text_add_number(struct text *text, uint64_t number) {
  char digits[20];
  size_t first = sizeof digits;
  do {
    digits[--first] = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  text_add_bytes(text, digits + first, sizeof digits - first);
}

void text_add_quoted(struct text *text, const char *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (bytes[i] == '"' || bytes[i] == '\\') text_add_bytes(text, "\\", 1);
    text_add_bytes(text, bytes + i, 1);
  }
}

void text_add_foreign(struct text *text, const char *string, size_t limit) {
  for (size_t i = 0; i < limit && string[i] != '\0'; i++) {
    bool is_plain = string[i] >= ' ' && string[i] <= '~' && string[i] != '"' && string[i] != '\\';
    text_add_bytes(text, is_plain ? string + i : "?", 1);
  }
}

bool bytes_equal(const char *bytes, size_t length, const char *string) {
  for (size_t i = 0; i < length; i++) {
    if (string[i] == '\0' || bytes[i] != string[i]) return false;
  }
  return string[length] == '\0';
}

char lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

bool word_equals(const char *bytes, size_t length, const char *lower_case) {
  for (size_t i = 0; i < length; i++) {
    if (lower_case[i] == '\0' || lower(bytes[i]) != lower_case[i]) return false;
  }
  return lower_case[length] == '\0';
}

bool bytes_contain(const char *bytes, size_t length, const char *lower_case) {
  size_t wanted = length_of(lower_case);
  for (size_t i = 0; i + wanted <= length; i++) {
    if (word_equals(bytes + i, wanted, lower_case)) return true;
  }
  return false;
}

const char *base_name(const char *path) {
  const char *name = path;
  for (; *path != '\0'; path++) {
    if (*path == '/') name = path + 1;
  }
  return name;
}

bool read_number(const char *bytes, size_t length, uint64_t limit, uint64_t *number) {
  uint64_t value = 0;
  for (size_t i = 0; i < length; i++) {
    uint64_t digit = (uint64_t)(uint8_t)bytes[i] - '0';
    if (digit > 9 || value > (limit - digit) / 10) return false;
    value = value * 10 + digit;
  }
  *number = value;
  return length > 0;
}
