/* The least that a C program over the distribution's libcurl can do as this function: the floor that
 * scripts/bench.sh compares with. It has no retries, no checks, no logs and no plan, and no
 * signature either, unless FLOOR_SIGNS is there: then libcurl signs.
 *
 * Without FLOOR_LIST it invalidates all of the distribution FLOOR_ID; with it, it lists the
 * distributions page by page and looks for the bucket's name in each answer's bytes. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bytes {
  char *at;
  size_t count, room;
};

static char request_id[128];

static size_t keep(char *data, size_t size, size_t count, void *into) {
  struct bytes *bytes = into;
  size_t more = size * count;
  if (bytes->count + more + 1 > bytes->room) {
    bytes->room = (bytes->count + more + 1) * 2;
    bytes->at = realloc(bytes->at, bytes->room);
    if (!bytes->at) return 0;
  }
  memcpy(bytes->at + bytes->count, data, more);
  bytes->count += more;
  bytes->at[bytes->count] = 0;
  return more;
}

static size_t header(char *data, size_t size, size_t count, void *unused) {
  static const char name[] = "lambda-runtime-aws-request-id: ";
  size_t length = size * count;
  (void)unused;
  if (length > sizeof name + 1 && curl_strnequal(data, name, sizeof name - 1)) {
    snprintf(request_id, sizeof request_id, "%.*s", (int)(length - sizeof name - 1),
             data + sizeof name - 1);
  }
  return length;
}

/* Makes one request and keeps its answer; ends the program when there is none. */
static long call(CURL *curl, const char *url, const char *body, struct bytes *answer) {
  long status = 0;
  answer->count = 0;
  curl_easy_setopt(curl, CURLOPT_URL, url);
  if (body) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
  } else {
    curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
  }
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
  if (curl_easy_perform(curl)) exit(1);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

int main(void) {
  const char *api = getenv("AWS_LAMBDA_RUNTIME_API"), *endpoint = getenv("AWS_ENDPOINT_URL_CLOUDFRONT");
  const char *id = getenv("FLOOR_ID"), *bucket = getenv("FLOOR_LIST"), *bundle = getenv("AWS_CA_BUNDLE");
  char url[4096], body[1024], reference[64], listed = 0;
  struct bytes event = {0}, answer = {0};
  struct curl_slist *xml, *json;
  CURL *runtime, *cloudfront;
  unsigned long made = 0;

  if (!api || !endpoint || !id) return 2;
  curl_global_init(CURL_GLOBAL_DEFAULT);
  runtime = curl_easy_init();
  curl_easy_setopt(runtime, CURLOPT_HEADERFUNCTION, header);
  curl_easy_setopt(runtime, CURLOPT_PROXY, "");
  json = curl_slist_append(NULL, "Content-Type: application/json");
  json = curl_slist_append(json, "Expect:");
  curl_easy_setopt(runtime, CURLOPT_HTTPHEADER, json);
  cloudfront = curl_easy_init();
  if (getenv("FLOOR_SIGNS")) {
    curl_easy_setopt(cloudfront, CURLOPT_AWS_SIGV4, "aws:amz:us-east-1:cloudfront");
    curl_easy_setopt(cloudfront, CURLOPT_USERNAME, getenv("AWS_ACCESS_KEY_ID"));
    curl_easy_setopt(cloudfront, CURLOPT_PASSWORD, getenv("AWS_SECRET_ACCESS_KEY"));
  }
  if (bundle) curl_easy_setopt(cloudfront, CURLOPT_CAINFO, bundle);
  xml = curl_slist_append(NULL, "Content-Type: application/xml");
  curl_easy_setopt(cloudfront, CURLOPT_HTTPHEADER, xml);

  for (;;) {
    snprintf(url, sizeof url, "http://%s/2018-06-01/runtime/invocation/next", api);
    if (call(runtime, url, NULL, &event) != 200) return 1;
    if (bucket && !listed) {
      char marker[512] = "";
      do {
        const char *next, *end;
        snprintf(url, sizeof url, "%s/2020-05-31/distribution?%s%s%sMaxItems=100", endpoint,
                 *marker ? "Marker=" : "", marker, *marker ? "&" : "");
        if (call(cloudfront, url, NULL, &answer) != 200) return 1;
        if (strstr(answer.at, bucket)) listed = 1;
        *marker = 0;
        if ((next = strstr(answer.at, "<NextMarker>")) && (end = strchr(next + 12, '<')))
          snprintf(marker, sizeof marker, "%.*s", (int)(end - next - 12), next + 12);
      } while (*marker);
      if (!listed) return 1;
    }
    snprintf(reference, sizeof reference, "floor-%lu", ++made);
    snprintf(body, sizeof body,
             "<InvalidationBatch xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Paths>"
             "<Quantity>1</Quantity><Items><Path>/*</Path></Items></Paths>"
             "<CallerReference>%s</CallerReference></InvalidationBatch>", reference);
    snprintf(url, sizeof url, "%s/2020-05-31/distribution/%s/invalidation", endpoint, id);
    if (call(cloudfront, url, body, &answer) != 201) return 1;
    snprintf(url, sizeof url, "http://%s/2018-06-01/runtime/invocation/%s/response", api, request_id);
    if (call(runtime, url, "{\"records\":1}", &answer) != 202) return 1;
  }
}
