/* What expat and yajl alone take, with handlers that do nothing: the floor below which no code over
 * them gets. Prints the CPU time of the fastest of several runs, in milliseconds, as JSON.
 *
 *   parsers PAGE.xml EVENT.json
 *
 * Of an SQS event it reads the document and, as one more document, the body of each message. */
#include <expat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <yajl/yajl_parse.h>

static char *text;
static size_t length;
static int is_body;

static void read_file(const char *name) {
  FILE *file = fopen(name, "rb");
  if (!file) exit(2);
  fseek(file, 0, SEEK_END);
  length = (size_t)ftell(file);
  rewind(file);
  free(text);
  text = malloc(length);
  if (!text || fread(text, 1, length, file) != length) exit(2);
  fclose(file);
}

static double milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

static double fastest(void (*work)(void)) {
  double best = 1e9;
  for (int run = 0; run < 20; run++) {
    double start = milliseconds(), took;
    work();
    took = milliseconds() - start;
    if (took < best) best = took;
  }
  return best;
}

static void begins(void *unused, const XML_Char *name, const XML_Char **attributes) {
  (void)unused, (void)name, (void)attributes;
}
static void ends(void *unused, const XML_Char *name) { (void)unused, (void)name; }
static void characters(void *unused, const XML_Char *data, int count) {
  (void)unused, (void)data, (void)count;
}
static void read_xml(void) {
  XML_Parser parser = XML_ParserCreate(NULL);
  XML_SetElementHandler(parser, begins, ends);
  XML_SetCharacterDataHandler(parser, characters);
  if (XML_Parse(parser, text, (int)length, 1) != XML_STATUS_OK) exit(1);
  XML_ParserFree(parser);
}

static void read_json(const unsigned char *document, size_t count, const yajl_callbacks *callbacks) {
  yajl_handle handle = yajl_alloc(callbacks, NULL, NULL);
  if (yajl_parse(handle, document, count) != yajl_status_ok) exit(1);
  if (yajl_complete_parse(handle) != yajl_status_ok) exit(1);
  yajl_free(handle);
}
static int nothing(void *unused) { return (void)unused, 1; }
static int boolean(void *unused, int value) { return (void)unused, (void)value, 1; }
static int string(void *unused, const unsigned char *value, size_t count) {
  return (void)unused, (void)value, (void)count, 1;
}
static int number(void *unused, const char *value, size_t count) {
  return (void)unused, (void)value, (void)count, 1;
}
static const yajl_callbacks silent = {
    nothing, boolean, NULL, NULL, number, string, nothing, string, nothing, nothing, nothing};
static int outer_key(void *unused, const unsigned char *value, size_t count) {
  (void)unused;
  is_body = count == 4 && !memcmp(value, "body", 4);
  return 1;
}
static int outer_string(void *unused, const unsigned char *value, size_t count) {
  (void)unused;
  if (is_body) read_json(value, count, &silent);
  return 1;
}
static const yajl_callbacks outer = {
    nothing, boolean, NULL, NULL, number, outer_string, nothing, outer_key, nothing, nothing, nothing};
static void read_event(void) { read_json((const unsigned char *)text, length, &outer); }
static void read_outer(void) { read_json((const unsigned char *)text, length, &silent); }

int main(int count, char **arguments) {
  if (count != 3) return 2;
  read_file(arguments[1]);
  printf("{\"xmlMilliseconds\": %f", fastest(read_xml));
  read_file(arguments[2]);
  printf(", \"jsonOuterMilliseconds\": %f", fastest(read_outer));
  printf(", \"jsonMilliseconds\": %f}\n", fastest(read_event));
  return 0;
}
